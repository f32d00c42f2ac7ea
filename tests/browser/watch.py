"""What a browser does beside showing a page: what it asks for, what it complains of."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request


@dataclass
class Watch:
    """What was seen of a page: addresses that were asked for, and complaints (errors, warnings, breaches of the policy)."""

    asked: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])

    def elsewhere(self, root: str) -> list[str]:
        """Return the addresses that are not of the server at `root`."""
        return [url for url in self.asked if not url.startswith((f"{root}/", "data:"))]


def watch(page: Page) -> Watch:
    """Look at a page from now on."""
    seen = Watch()

    def note_request(request: Request) -> None:
        seen.asked.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        # That a page answers 404 is no complaint about it.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            seen.complaints.append(message.text)

    def note_dialog(dialog: Dialog) -> None:
        seen.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("requestfailed", lambda request: seen.complaints.append(f"failed: {request.url}"))
    page.on("dialog", note_dialog)
    return seen
