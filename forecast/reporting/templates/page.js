"use strict";
const buttons = [];
// Tables are sorted by a click on a heading; figures by their value, what has none last.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  if (body.rows.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    if (!cell.textContent.trim() || cell.classList.contains("opens")) return;
    const button = document.createElement("button");
    button.append(...cell.childNodes);
    cell.append(button);
    buttons.push(button);
    button.addEventListener("click", () => {
      const up = cell.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[column].textContent.trim();
      const rows = [...body.rows].map((row) => [key(row), row]);
      rows.sort(([a], [b]) => compare(a, b, cell.classList.contains("figure"), up ? 1 : -1));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

function compare(a, b, figures, sign) {
  if (!figures) return sign * a.localeCompare(b, undefined, { numeric: true });
  const value = (text) => (text === "inf" ? Infinity : parseFloat(text));
  const [x, y] = [value(a), value(b)];
  if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
  return x === y ? 0 : sign * (x < y ? -1 : 1);
}

// On paper nothing can be opened: the tables behind pictures are opened for it, and closed again.
// Headings leave their buttons, which are not repeated on a table's next page.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".behind:not([open])")];
  for (const one of opened) one.open = true;
  for (const one of buttons) one.before(...one.childNodes);
});
addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
  for (const one of buttons) one.append(...[...one.parentNode.childNodes].filter((node) => node !== one));
});
