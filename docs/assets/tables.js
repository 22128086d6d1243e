/* Filters and order for the long tables and lists ([data-filterable]): definitions, cases, models, works. The controls
   come from the rows' data-attributes; the state stands in the address. Without this file everything is shown. */
(function () {
  "use strict";
  const LABELS = { field: "Field", level: "How many", choice: "Taking part", country: "Country", sector: "Sector", scale: "Scale", evidence: "Evidence", word: "Uses “co-production”", type: "Kind", theme: "Theme" };
  const NAMES = { definition: "definitions", case: "cases", model: "models", work: "works" };
  const make = (tag, props, ...kids) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...kids);
    return node;
  };
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\bco-(?=\w)/g, "co");
  const pretty = (text) => text.replace(/-/g, " ");
  const year = (node) => Number(node.dataset.year) || 9999;

  /* What filters need of each row: its data-attributes, or for all works once in the list each row's signs, and what a sign stands for. */
  function facts(list, nodes) {
    const { rows, signs } = list.dataset;
    if (!rows) return nodes.map((node) => Object.entries(node.dataset).flatMap(([name, text]) => text.split("|").map((value) => [name, value])));
    const known = Object.fromEntries(signs.split("|").map((sign) => [sign[0], sign.slice(1).split("=")]));
    return rows.split(" ").map((row) => [...row].map((sign) => known[sign]));
  }

  /* Of a table that stands on two pages: the rows of the other page come among those of this one, with the roles that site.js gave these. How many came. */
  async function join(body, address) {
    const text = await fetch(address).then((answer) => answer.text(), () => "");
    const rows = [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-filterable] tbody tr")];
    const own = [body.rows[0], ...body.rows[0].cells];
    rows.forEach((row) => [row, ...row.cells].forEach((node, at) => { node.role = own[at].role; }));
    body.append(...[...body.rows, ...rows].sort((a, b) => year(a) - year(b)));
    return rows.length;
  }

  async function mount(list, index) {
    const body = list.matches("table") ? list.tBodies[0] : list;
    const other = document.querySelector("a[data-other]");
    const asked = new URLSearchParams(location.search);
    const joined = other && asked.has("all") ? await join(body, other.href) : 0;
    if (joined) other.parentNode.hidden = true;
    const nodes = [...body.children];
    const rows = facts(list, nodes).map((has, at) => ({ node: nodes[at], has }));
    const counts = {};
    rows.forEach(({ has }) => has.forEach(([name, value]) => {
      if (!LABELS[name] || !value) return;
      const of = (counts[name] = counts[name] || {});
      of[value] = (of[value] || 0) + 1;
    }));
    /* Read when it is first asked for: nobody waits for it while the page opens. */
    const textOf = (row) => (row.text = row.text || plain(row.node.textContent));
    const by = ({ node }) => plain((node.querySelector("a") || node).textContent);
    const kind = NAMES[list.dataset.filterable] || "rows";
    /* Two tables on a page: the second one's names in the address carry its kind. */
    const key = (name) => (index ? `${list.dataset.filterable}-${name}` : name);
    const form = make("form", { className: "filters wide" });
    form.setAttribute("aria-label", `Filter the ${kind}`);
    const status = make("p", {});
    status.setAttribute("role", "status");

    const words = make("input", { type: "search", name: key("words"), autocomplete: "off" });
    form.append(make("label", {}, "Words", words));
    const selects = Object.keys(LABELS).map((name) => {
      const of = counts[name] || {};
      if (Object.keys(of).length < 2) return null;
      const select = make("select", { name: key(name) }, make("option", { value: "", textContent: "all" }),
        ...Object.keys(of).sort().map((value) => make("option", { value, textContent: `${pretty(value)} (${of[value]})` })));
      form.append(make("label", {}, LABELS[name], select));
      return { name, select };
    }).filter(Boolean);
    let order = null;
    if (rows.some(({ node }) => node.dataset.year)) {
      order = make("select", { name: key("order") }, make("option", { value: "", textContent: "oldest first" }), make("option", { value: "newest", textContent: "newest first" }), make("option", { value: "author", textContent: "by author" }));
      form.append(make("label", {}, "Order", order));
    }
    const reset = make("button", { type: "button", textContent: "Show all", hidden: true });
    form.append(reset);
    /* From a folder on disk nothing can be fetched. */
    if (other && location.protocol !== "file:") {
      const swap = make("button", { type: "button", textContent: joined ? "This table alone" : "Both tables in one" });
      swap.addEventListener("click", () => {
        const query = new URLSearchParams(location.search);
        if (joined) query.delete("all"); else query.set("all", "yes");
        location.assign(`${location.pathname}?${query}#table`);
      });
      form.append(swap);
    }
    form.append(status);
    (list.closest(".table-scroll") || list).before(form);

    const fields = [words, ...selects.map(({ select }) => select), ...(order ? [order] : [])];
    const sorts = { newest: (a, b) => year(b.node) % 9999 - year(a.node) % 9999, author: (a, b) => by(a).localeCompare(by(b), "en") };
    let sorted = "";
    function show() {
      const sought = plain(words.value).split(/\s+/).filter(Boolean);
      let n = 0;
      rows.forEach((row) => {
        const { node, has } = row;
        const fits = selects.every(({ name, select }) => !select.value || has.some(([of, value]) => of === name && value === select.value)) && sought.every((word) => textOf(row).includes(word));
        if (node.hidden === fits) node.hidden = !fits;
        n += fits;
      });
      if (order && order.value !== sorted) {
        sorted = order.value;
        body.append(...(sorts[sorted] ? [...rows].sort(sorts[sorted]) : rows).map(({ node }) => node));
        const said = list.querySelector("[data-order]");
        if (said) said.textContent = order.selectedOptions[0].textContent;
      }
      status.textContent = (other && asked.has("all") && !joined ? "The others could not be fetched. " : "") + (!n ? `None of the ${rows.length} ${kind} fits. Try fewer words, or “all”.` : n === rows.length ? `All ${n} ${kind} are shown.` : `${n} of ${rows.length} ${kind} ${n === 1 ? "is" : "are"} shown.`);
      reset.hidden = fields.every((field) => !field.value);
    }
    function keep() {
      const query = new URLSearchParams(location.search);
      fields.forEach(({ name, value }) => { if (value.trim()) query.set(name, value); else query.delete(name); });
      const text = query.toString();
      try { history.replaceState(null, "", (text ? `?${text}` : location.pathname) + location.hash); } catch (error) { /* some frames forbid it */ }
    }
    function change() { show(); keep(); }
    function clear() { fields.forEach((field) => { field.value = ""; }); change(); }
    /* Whoever arrives at a row by its address sees it, whatever the filters say. */
    function arrive() {
      const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const hidden = row && body.contains(row) && row.closest("[hidden]");
      if (hidden) { clear(); row.scrollIntoView(); }
    }
    let timer = 0;
    words.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(change, 150); });
    form.addEventListener("change", change);
    form.addEventListener("submit", (event) => { event.preventDefault(); change(); });
    reset.addEventListener("click", () => { clear(); words.focus(); });
    addEventListener("hashchange", arrive);

    fields.forEach((field) => {
      const value = asked.get(field.name) || "";
      if (field === words || [...field.options].some((option) => option.value === value)) field.value = value;
    });
    show();
    arrive();
  }
  const start = () => document.querySelectorAll("[data-filterable]").forEach(mount);
  /* It may come before the end of the page (`async`): nothing else builds on it. */
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
}());
