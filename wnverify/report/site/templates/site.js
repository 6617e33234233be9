"use strict";
// The table of theorems: filtered by paper, verdict, tag and word, and sorted by any column. Without it, a plain table.
(() => {
  const table = document.getElementById("table"), body = table.tBodies[0], rows = [...body.rows];
  const form = document.getElementById("filter"), shown = document.getElementById("shown");
  const fields = ["word", "paper", "found", "tag"].map((name) => document.getElementById(name));
  const cell = (row, name) => row.querySelector(`[data-name="${name}"]`).textContent.trim();
  const known = rows.map((row) => ({
    row, text: row.textContent.toLowerCase(), paper: cell(row, "paper"), found: row.querySelector(".badge").textContent.trim(),
    tags: row.dataset.tags.split("\n"),
  }));
  const filter = () => {
    const [word, paper, found, tag] = fields.map((field) => field.value);
    const words = word.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const each of known) {
      const stays = words.every((part) => each.text.includes(part) || each.tags.some((name) => name.includes(part)))
        && (!paper || each.paper === paper) && (!found || each.found === found) && (!tag || each.tags.includes(tag));
      each.row.hidden = !stays;
      count += stays;
    }
    shown.textContent = `${count} of ${known.length} shown`;
  };
  const key = (row, column, kind) => {
    const found = row.cells[column];
    return kind === "number" ? Number(found.dataset.value) : found.textContent.trim();
  };
  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending", kind = head.dataset.sort, sign = down ? -1 : 1;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((row, place) => [key(row, column, kind), place, row]);
    const order = (a, b) => (kind === "number" ? a - b : a.localeCompare(b));
    keyed.sort((a, b) => sign * order(a[0], b[0]) || a[1] - b[1]);
    body.append(...keyed.map((each) => each[2]));
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });
  const sorter = document.getElementById("sorter"), heads = [...table.tHead.rows[0].cells];
  sorter.append(new Option("paper and name", ""), ...heads.map((head, column) => new Option(head.textContent, column)));
  sorter.addEventListener("change", () => {
    if (sorter.value) sort(heads[sorter.value], sorter.value);
    else body.append(...rows);
  });
  for (const field of fields) field.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
