"""Download models of the catalogue: resumed, checked, installed whole or not at all. No Qt, no HTTP library."""

from models.download.session import download_model
from models.download.sources import Source
from models.download.transfer import DownloadProgress, Patience

__all__ = ["DownloadProgress", "Patience", "Source", "download_model"]
