"""Files with sentences, small ones."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "en": """
        typing = "{name} is typing…"
        yes = "Yes"
        news_count = { one = "1 new message", other = "{count} new messages" }
        system.left = ["{agent} has left.", "Somebody has left."]""",
    "de": """
        typing = "{name} schreibt …"
        yes = "Ja"
        news_count = { one = "1 neue Nachricht", other = "{count} neue Nachrichten" }
        system.left = ["{agent} ist gegangen.", "Jemand ist gegangen."]""",
    "uk": """
        typing = "{name} пише…"
        yes = "Так"
        news_count.one = "{count} нове"
        news_count.few = "{count} нові"
        news_count.many = "{count} нових"
        news_count.other = "{count} нового"
        system.left = ["{agent} вже не тут.", "Когось уже немає."]""",
}


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")
