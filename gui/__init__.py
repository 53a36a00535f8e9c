"""Everything Qt; nothing outside this package imports it."""

from gui.immortal import keep_singletons_alive

keep_singletons_alive()
