"""The reference of lint's rules, as docs/lint-rules.md shows it: made from the rules themselves."""

from forecast.drafting.lint.registry import FAMILIES, RULES


def overview() -> None:
    """List the rules by family: code, name, what it finds; a star where --fix mends it."""
    import cog  # there only while cog runs a page

    for family, about in FAMILIES.items():
        cog.outl(f"\n**{family}xx, {about}**\n")
        cog.outl("| rule | name | finds |")
        cog.outl("| --- | --- | --- |")
        for rule in RULES:
            if rule.code.startswith(family):
                star = "\\*" if rule.fix else ""
                link = f"[{rule.code}](#{rule.code.lower()}-{rule.name}){star}"
                cog.outl(f"| {link} | {rule.name} | {_cell(rule.what)} |")


def details() -> None:
    """Give each rule with its reason, its examples and the guides that say so, too."""
    import cog  # there only while cog runs a page

    for rule in RULES:
        cog.outl(f"\n### {rule.code} {rule.name}\n")
        cog.outl(f"{rule.what} {rule.why}")
        if rule.fix:
            cog.outl(f"\n`--fix` {rule.fix}.")
        for word, example in (("Bad", rule.bad), ("Good", rule.good)):
            cog.outl(f"\n{word}:\n\n```toml")
            cog.outl(example.text.rstrip())
            cog.outl("```")
        if rule.guides:
            listed = ", ".join(f"[{guide.title}]({guide.url})" for guide in rule.guides)
            cog.outl(f"\nSo says, too: {listed}.")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
