"""libnftables, which is what the command nft is made of, without a process for each ruleset."""

import ctypes


class Nftables:

    def __init__(self):
        library = ctypes.CDLL("libnftables.so.1")
        library.nft_ctx_new.restype = ctypes.c_void_p
        library.nft_ctx_get_error_buffer.restype = ctypes.c_char_p
        for function in (library.nft_ctx_buffer_error, library.nft_ctx_get_error_buffer):
            function.argtypes = [ctypes.c_void_p]
        library.nft_run_cmd_from_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        self.library = library
        self.context = library.nft_ctx_new(0)
        library.nft_ctx_buffer_error(self.context)

    def replace(self, ruleset):
        """Loads a ruleset in place of what is there; returns why it is refused, or None."""
        return self.run("flush ruleset") or self.run(ruleset)

    def run(self, commands):
        status = self.library.nft_run_cmd_from_buffer(self.context, commands.encode())
        said = self.library.nft_ctx_get_error_buffer(self.context).decode()
        return None if status == 0 else said or "without a reason"
