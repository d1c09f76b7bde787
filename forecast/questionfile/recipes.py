"""A question's `[question.resolver]`: its form here, its meaning with the sources of answers."""

from typing import Any

from forecast.model import Resolver, Setting
from forecast.questionfile.tables import Table, kind_of

_FIRST = ("type", "auto")


def resolver(table: Table) -> Resolver | None:
    """Take the resolver of a question's table, whatever settings its type may have."""
    content = table.take("resolver", (dict,), "a table, [question.resolver]")
    if content is None:
        return None
    type_ = content.get("type")
    if not isinstance(type_, str) or not type_.strip():
        where = "" if type_ is None else f": it is {kind_of(type_)}"
        raise table.error("resolver", f'resolver has no type{where}: write type = "json"')
    auto = content.get("auto", False)
    if not isinstance(auto, bool):
        raise table.error("resolver", f"auto is {kind_of(auto)}: write auto = true")
    settings: dict[str, Setting] = {}
    for key, value in content.items():
        if key in _FIRST:
            continue
        if isinstance(value, dict):
            for inner, one in value.items():
                settings[f"{key}.{inner}"] = _setting(table, f"{key}.{inner}", one)
        else:
            settings[key] = _setting(table, key, value)
    built: Resolver = table.build(
        Resolver, type=type_.strip(), auto=auto, settings=tuple(sorted(settings.items()))
    )
    return built


def resolver_fields(resolver: Resolver) -> dict[str, Any]:
    """Give a resolver as its table in a file."""
    fields: dict[str, Any] = {"type": resolver.type}
    if resolver.auto:
        fields["auto"] = True
    for key, value in resolver.settings:
        plain = list(value) if isinstance(value, tuple) else value
        name, dot, inner = key.partition(".")
        if dot:
            fields.setdefault(name, {})[inner] = plain
        else:
            fields[name] = plain
    return fields


def _setting(table: Table, key: str, value: Any) -> Setting:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        table.number("resolver", value, f"{key} = 1")
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(one.strip() for one in value)
    problem = f"{key} is {kind_of(value)}: write text in quotes, a number, or a list of texts"
    raise table.error("resolver", problem)
