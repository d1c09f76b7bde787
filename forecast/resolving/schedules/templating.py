"""Filling the templates of units and workflow."""

from typing import Any

from forecast.resolving.schedules.contract import MARK


def fill(template: str, **values: Any) -> bytes:
    """Fill a template of `templates/`.

    Values stand in `[[ … ]]`, because a workflow has `{{ … }}` of its own; quoting them is the
    caller's, who knows the format.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 -- no HTML
        loader=PackageLoader("forecast.resolving.schedules"),
        undefined=StrictUndefined,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(mark=MARK, **values).encode()
