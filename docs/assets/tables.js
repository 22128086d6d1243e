/* Filters and order for the long tables and lists ([data-filterable]): definitions, cases, models, works. The controls
   come from the rows' data-attributes; the state stands in the address. Without this file everything is shown. */
(function () {
  "use strict";
  /* The script that fetches the rows of a table’s other page, where there is one. */
  const { both } = document.currentScript.dataset;
  const LABELS = { field: "Field", level: "How many", choice: "Taking part", country: "Country", sector: "Sector", scale: "Scale", evidence: "Evidence", word: "Uses “co-production”", type: "Kind", theme: "Theme" };
  const make = (tag, props, ...kids) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...kids);
    return node;
  };
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\bco-(?=\w)/g, "co");

  /* What filters need of each row: its data-attributes, or for all works once in the list each row's signs, and what a sign stands for. */
  function facts(list, nodes) {
    const { rows, signs } = list.dataset;
    if (!rows) return nodes.map((node) => Object.entries(node.dataset).flatMap(([name, text]) => text.split("|").map((value) => [name, value])));
    const known = Object.fromEntries(signs.split("|").map((sign) => [sign[0], sign.slice(1).split("=")]));
    return rows.split(" ").map((row) => [...row].map((sign) => known[sign]));
  }

  async function mount(list, index) {
    const body = list.matches("table") ? list.tBodies[0] : list;
    const asked = new URLSearchParams(location.search);
    const all = both && asked.has("all");
    const joined = all && await import(new URL(both, location)).then((code) => code.default(list, document.querySelector("a[data-other]"))).then(() => true, () => false);
    const failed = all && !joined;
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
    const kind = `${list.dataset.filterable}s`;
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
      const select = make("select", { name: key(name) }, new Option("all", ""),
        ...Object.keys(of).sort().map((value) => new Option(`${value.replace(/-/g, " ")} (${of[value]})`, value)));
      form.append(make("label", {}, LABELS[name], select));
      return { name, select };
    }).filter(Boolean);
    let order = null;
    if (rows.some(({ node }) => node.dataset.year)) {
      order = make("select", { name: key("order") }, new Option("oldest first", ""), new Option("newest first", "newest"), new Option("by author", "author"));
      form.append(make("label", {}, "Order", order));
    }
    const reset = make("button", { type: "button", textContent: "Show all", hidden: true });
    form.append(reset);
    /* From a folder on disk, or in a frame that is shut off, nothing can be fetched. */
    if (both && origin.startsWith("http")) {
      const swap = make("button", { type: "button", textContent: joined ? "This table alone" : "Both tables in one" });
      swap.addEventListener("click", () => {
        const query = new URLSearchParams(joined ? "" : location.search);
        if (!joined) query.set("all", "yes");
        if (failed) location.reload(); else location.assign(`?${query}#table`);
      });
      form.append(swap);
    }
    form.append(status);
    (list.closest(".table-scroll") || list).before(form);

    const fields = [...form.elements].filter(({ name }) => name);
    const year = ({ node }) => Number(node.dataset.year) || 9999;
    const sorts = { newest: (a, b) => year(b) % 9999 - year(a) % 9999, author: (a, b) => by(a).localeCompare(by(b), "en") };
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
      status.textContent = (failed ? "The others could not be fetched. " : "") + (!n ? `None of the ${rows.length} ${kind} fits. Try fewer words, or “all”.` : n === rows.length ? `All ${n} ${kind} are shown.` : `${n} of ${rows.length} ${kind} ${n === 1 ? "is" : "are"} shown.`);
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

    let strange = false;
    fields.forEach((field) => {
      field.value = asked.get(field.name) || "";
      if (field.selectedIndex < 0) { field.value = ""; strange = true; }
    });
    show();
    /* An address from when one page had all the rows: show what it asks for. */
    if (both && !all && (strange || nodes.every((node) => node.hidden))) {
      asked.set("all", "yes");
      location.replace(`?${asked}${location.hash}`);
    }
    arrive();
  }
  const start = () => document.querySelectorAll("[data-filterable]").forEach(mount);
  /* It may come before the end of the page (`async`): nothing else builds on it. */
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
}());
