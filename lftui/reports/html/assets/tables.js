// Tables that sort and filter, and paper on which nothing is folded in. Without it the page has the
// same tables, plain.
(() => {
  "use strict";

  const byWords = new Intl.Collator("en", { numeric: true });

  function valueOf(row, column, isNumber) {
    const cell = row.cells[column];
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    return isNumber ? null : cell.textContent;
  }

  /** Rows without a value stand last in either order. */
  function compare(one, other, direction) {
    if (one === null || other === null) return (one === null) - (other === null);
    const numbers = typeof one === "number" && typeof other === "number";
    return direction * (numbers ? one - other : byWords.compare(String(one), String(other)));
  }

  function sortBy(table, head, column) {
    const isNumber = head.classList.contains("n");
    const before = head.getAttribute("aria-sort");
    // Of numbers the highest are looked for first, of words the beginning of the alphabet.
    const first = isNumber ? "descending" : "ascending";
    const other = isNumber ? "ascending" : "descending";
    const order = before === first ? other : first;
    table.querySelectorAll("thead th").forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
    const body = table.tBodies[0];
    const direction = order === "ascending" ? 1 : -1;
    const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column, isNumber) }));
    rows.sort((a, b) => compare(a.value, b.value, direction));
    body.append(...rows.map(({ row }) => row));
  }

  function makeSortable(table) {
    const heads = table.tHead.rows[table.tHead.rows.length - 1].cells;
    [...heads].forEach((head, column) => {
      if (head.hasAttribute("data-fixed")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sortBy(table, head, column));
      head.replaceChildren(button);
    });
  }

  function makeFilterable(table) {
    const box = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const said = document.createElement("span");
    box.className = "filter";
    label.textContent = "Show only lines with ";
    input.type = "search";
    said.setAttribute("role", "status");
    label.append(input);
    box.append(label, said);
    table.closest(".scroll").before(box);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      const rows = [...table.tBodies[0].rows];
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      said.textContent = wanted ? `${shown} of ${rows.length} lines` : "";
    });
  }

  document.querySelectorAll("table[data-sortable]").forEach(makeSortable);
  document.querySelectorAll("table[data-filterable]").forEach(makeFilterable);

  // --- paper: what is folded in on screen is open there -----------------------------------------

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
})();
