"""Sends real files as messages and follows each to its end."""

from bench.send.delivery import Delivery, Locations, deliver
from bench.send.errors import SendError
from bench.send.message_file import MessageFile, read_message_file
from bench.send.posting import Strategy
from bench.send.saving import check_folder, save_payload

__all__ = [
    "Delivery",
    "Locations",
    "MessageFile",
    "SendError",
    "Strategy",
    "check_folder",
    "deliver",
    "read_message_file",
    "save_payload",
]
