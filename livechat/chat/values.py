"""What the values of the chat have in common: that nothing new is the very same object."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# When nothing has happened yet: it is before everything.
LONG_AGO = datetime.min.replace(tzinfo=UTC)

Value = TypeVar("Value", bound="DataclassInstance")


def changed(value: Value, **fields: Any) -> Value:
    """A value with other fields; the very same object if they are what they were."""
    if all(getattr(value, name) == field for name, field in fields.items()):
        return value
    return replace(value, **fields)
