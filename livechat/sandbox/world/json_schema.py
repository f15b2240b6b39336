"""Strict JSON schemas, written so that they read like the reference's tables.

What they are made of, and `Form`, which checks by one. Those of requests are in
`actions.request_schemas`, those of events in `event_schemas`.
"""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]

from .errors import ApiError
from .versions import NEWEST, OLDEST, SERVED, has

JSON = dict[str, Any]
Schema = dict[str, Any]

STR: Schema = {"type": "string", "minLength": 1}
TEXT: Schema = {"type": "string"}
BOOL: Schema = {"type": "boolean"}
INT: Schema = {"type": "integer"}
OBJECT: Schema = {"type": "object"}
URL: Schema = {"type": "string", "pattern": r"^https?://[^\s/]+"}
EMAIL: Schema = {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"}
TIME: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$",
}


def one_of(*values: str) -> Schema:
    """One of the given strings."""
    return {"enum": list(values)}


def integer(low: int, high: int) -> Schema:
    """A whole number of a range, both ends included."""
    return {"type": "integer", "minimum": low, "maximum": high}


def array(items: Schema, **rules: Any) -> Schema:
    """An array; ``rules`` are further keywords, e.g. ``maxItems``."""
    return {"type": "array", "items": items, **rules}


def obj(
    required: dict[str, Schema] | None = None,
    optional: dict[str, Schema] | None = None,
    **rules: Any,
) -> Schema:
    """An object that knows the given fields and no others."""
    required = required or {}
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
        **rules,
    }


def instead_of(field: str, *others: str) -> Schema:
    """A rule for `obj`: where ``field`` is sent, none of the others may be."""
    return {"dependentSchemas": {field: {"properties": dict.fromkeys(others, False)}}}


def since(version: str, schema: Schema) -> Schema:
    """What is known from a version on: a field, one of several alternatives, or a whole form."""
    return {**schema, "since": version}


def until(version: str, schema: Schema) -> Schema:
    """What is known up to a version, and in none after it."""
    return {**schema, "until": version}


def _as_of(version: str, schema: Any) -> Any:
    """A schema, or a part of one, without what ``version`` does not know."""
    if isinstance(schema, list):
        return [_as_of(version, part) for part in schema if _known(version, part)]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _as_of(version, part) for name, part in schema.items() if _known(version, part)}
    if isinstance(kept.get("required"), list):
        properties = kept.get("properties", {})
        later = schema.get("properties", {}).keys() - properties.keys()
        kept["required"] = [name for name in kept["required"] if name not in later]
    return kept


def _known(version: str, part: Any) -> bool:
    if not isinstance(part, dict):
        return True
    since, until = part.get("since", OLDEST), part.get("until", NEWEST)
    if not (isinstance(since, str) and isinstance(until, str)):
        return True  # names of fields
    return has(version, since) and has(until, version)


# {"<namespace>": {"<name>": <value>}}; what may be written where is for `properties.check`.
PROPERTIES: Schema = {"type": "object", "additionalProperties": {"type": "object"}}
CHANGED_PROPERTIES: Schema = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": "object", "minProperties": 1},
}
DELETED_PROPERTIES: Schema = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": array(STR, minItems=1),
}
ACCESS: Schema = obj({"group_ids": array(INT, minItems=1, uniqueItems=True)})
SESSION_FIELDS: Schema = array(
    {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": {"type": "string"},
    }
)
SORT_ORDER: Schema = one_of("asc", "desc")


class Form:
    """What one action, or one type of event, must look like."""

    def __init__(self, schema: Schema) -> None:
        """Compile ``schema``."""
        self.schema = schema
        self.since: str = schema.get("since", OLDEST)
        self._validators = {
            version: Draft202012Validator(_as_of(version, schema))
            for version in SERVED
            if has(version, self.since)
        }

    def check(self, payload: Any, version: str = NEWEST) -> None:
        """Raise ApiError ``validation`` saying where ``payload`` is wrong in that version."""
        validator = self._validators[version]
        if validator.is_valid(payload):
            return
        error = best_match(validator.iter_errors(payload))
        where = error.json_path.removeprefix("$").removeprefix(".") or "payload"
        if error.validator == "additionalProperties" and error.validator_value is False:
            unknown = sorted(set(error.instance) - set(error.schema["properties"]))
            raise ApiError("validation", f"`{where}` has unknown fields: {unknown}"[:300])
        rule = json.dumps({error.validator: error.validator_value})
        # Not jsonschema's own message: it quotes the value, which can be 16 KB of someone's text.
        raise ApiError("validation", f"`{where}` does not satisfy {rule[:300]}")

    def read_query(self, parameters: list[tuple[str, str]]) -> JSON:
        """Turn query parameters into a payload, by the types of this form's fields.

        Raises ApiError ``validation`` for repeated parameters; wrong types are left for `check`.
        """
        payload: JSON = {}
        for name, text in parameters:
            if name in payload:
                raise ApiError("validation", f"`{name}` is repeated")
            kind = self.schema["properties"].get(name, {}).get("type")
            payload[name] = text
            if kind == "integer" and text.isascii() and text.isdigit():
                payload[name] = int(text)
            elif kind == "boolean" and text in ("true", "false"):
                payload[name] = text == "true"
        return payload
