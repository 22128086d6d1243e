/* The diagram, enhanced in place. The page is complete without this file: it adds the address, comparison, placing,
   testing, pictures. Words for readers are in the templates as far as they are fixed; places are slugs in `data-`.
   One classic script (modules do not load from file://), nothing is requested except spectrum/cases.js, when a
   reader opens a case. Style is only changed through classes and attributes, so it runs under a strict policy. */
(function () {
  "use strict";
  const root = document.querySelector("[data-spectrum]");
  if (!root) return;
  document.documentElement.classList.replace("no-js", "js");
  const embedded = root.dataset.spectrum === "embed";

  // Small help ---------------------------------------------------------------------------------------------
  const one = (selector, from = root) => from && from.querySelector(selector);
  const all = (selector, from = root) => (from ? [...from.querySelectorAll(selector)] : []);
  const part = (name, from) => one(`[data-sp="${name}"]`, from);
  const on = (node, type, run) => node && node.addEventListener(type, run);
  const make = (tag, props, ...kids) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...kids.filter((kid) => kid !== null && kid !== undefined));
    return node;
  };
  const safe = (html) => {
    /* Citations in the data point to the page's own list; here they go to the bibliography. */
    const { bibliography, know } = one(".sp-case-table").dataset;
    const text = html.replace(/href="#(ref-[\w-]+)"/g, `href="${bibliography}#$1"`).replace(/href="#to-check"/g, `href="${know}#recalled"`);
    const box = make("span");
    box.innerHTML = text;
    return box;
  };
  const join = (list) => (list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list[list.length - 1]}`);
  const number = (n) => ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"][n] || String(n);

  const radios = all("[name=sp-stage]");
  const STAGES = radios.map((radio) => radio.value);
  const SHORT = radios.map((radio) => radio.parentElement.dataset.short);
  const NAME = radios.map((radio) => radio.closest(".sp-name").textContent.trim());
  const PHASES = all("[name=sp-phase]").slice(1).map((radio) => ({ slug: radio.value, name: radio.parentElement.textContent.trim() }));
  const span = (text) => (text ? text.split(" ").map((slug) => STAGES.indexOf(slug)) : null);
  const say = (pair) => (!pair ? "Not known" : SHORT[pair[0]] + (pair[0] === pair[1] ? "" : ` to ${SHORT[pair[1]].toLowerCase()}`));
  const range = (pair) => {
    const node = make("span", { textContent: say(pair) });
    node.className = pair ? `sp-range sp-f${pair[0] + 1} sp-t${pair[1] + 1}` : "sp-unknown";
    return node;
  };
  const chosen = (name, from) => one(`input[name="${name}"]:checked`, from);
  const pick = (name, value) => {
    const box = all(`input[name="${name}"]`).find((input) => input.value === value);
    if (box) box.checked = true;
    return Boolean(box);
  };
  const tell = (node, words) => { if (node) node.textContent = words; };

  // The address: what is chosen, as far as it differs from what the page opens with -------------------------
  const rows = all("tr[data-case]");
  const boxes = all(".sp-picker input[type=checkbox]");
  const OPEN = boxes.filter((box) => box.defaultChecked).map((box) => box.value);
  const BARE = { models: OPEN.join(","), case: "", phase: "all", seen: "neither", stage: "asked" };
  const state = { ...BARE };
  const query = () => {
    const parts = Object.keys(BARE).filter((name) => state[name] !== BARE[name]).map((name) => `${name}=${state[name]}`);
    return parts.length ? `?${parts.join("&")}` : "";
  };
  const address = () => location.href.split(/[?#]/)[0] + query();
  const listeners = [];
  const set = (name, value) => {
    state[name] = value;
    try { history.replaceState(null, "", (query() || location.pathname) + location.hash); } catch (error) { /* file:// and some frames forbid it */ }
    listeners.forEach((run) => run());
  };

  // 1, 3, 8: stage, phase and side are shown by style alone; here they only enter the address ----------------
  const heard = make("p", { className: "sp-vh" });
  heard.setAttribute("role", "status");
  root.append(heard);
  ["stage", "phase", "seen"].forEach((name) => all(`[name=sp-${name}]`).forEach((radio) => on(radio, "change", () => {
    set(name, radio.value);
    if (name === "stage") tell(heard, `${NAME[STAGES.indexOf(radio.value)]}. ${one(`tbody[data-stage="${radio.value}"] .sp-question td`).textContent}`);
  })));

  // 2: models ------------------------------------------------------------------------------------------------
  const lanes = all("[data-model]");
  const places = { in: one("[data-sp-lanes]"), out: one("[data-sp-rest]") };
  const order = boxes.map((box) => box.value);
  const lane = Object.fromEntries(lanes.map((node) => [node.dataset.model, node]));
  const nameOf = (node) => one(".sp-lane__name", node).textContent;
  const GROUPS = [
    ["point", "starts it at a point on this line", "start it at a point on this line"],
    ["everywhere", "says that it is everywhere", "say that it is everywhere"],
    ["condition", "sets a condition that this line cannot show", "set a condition that this line cannot show"],
    ["inside_the_word", "draws a line inside the word", "draw a line inside the word"],
    ["rejects_line", "rejects any such line", "reject any such line"],
  ];
  function sentence(nodes) {
    const stances = nodes.map((node) => [nameOf(node), all("[data-counts]", node).map((mark) => mark.dataset.stance)]);
    const users = stances.filter((pair) => pair[1].length).length;
    const groups = GROUPS.map(([stance, single, several]) => {
      const who = stances.filter((pair) => pair[1].includes(stance)).map((pair) => pair[0]);
      return who.length ? `${number(who.length)} ${who.length === 1 ? single : several} (${join(who)})` : "";
    }).filter(Boolean);
    return `Of the ${number(nodes.length)} model${nodes.length === 1 ? "" : "s"} chosen, ${number(users)} use${users === 1 ? "s" : ""} the word co-production in a way that we can report${groups.length ? ": " + groups.join("; ") : ""}.`;
  }
  function showModels(first) {
    const shown = boxes.filter((box) => box.checked).map((box) => box.value);
    /* The four that are open at first stand in their own order; others follow in the order of the list. */
    const sorted = [...OPEN.filter((key) => shown.includes(key)), ...shown.filter((key) => !OPEN.includes(key))];
    sorted.forEach((key, i) => { if (places.in.children[i] !== lane[key]) places.in.insertBefore(lane[key], places.in.children[i] || null); });
    order.filter((key) => !shown.includes(key)).forEach((key) => { if (lane[key].parentElement !== places.out) places.out.append(lane[key]); });
    tell(one("[data-sp-count]"), sorted.length);
    tell(one("[data-sp-sentence]"), sorted.length ? sentence(sorted.map((key) => lane[key])) : "No model is chosen.");
    if (!first) set("models", sorted.join(","));
  }
  boxes.forEach((box) => on(box, "change", () => showModels()));
  const tick = (keys) => { boxes.forEach((box) => { box.checked = keys.includes(box.value); }); showModels(); };
  on(part("models-all"), "click", () => tick(order));
  on(part("models-first"), "click", () => tick(OPEN));

  // 4: cases -------------------------------------------------------------------------------------------------
  const table = one(".sp-case-table");
  const cells = (row, reader) => Object.fromEntries(all("td[data-phase]", row).map(({ dataset }) => [dataset.phase, {
    say: span(reader in dataset ? dataset[reader] : dataset.a), work: dataset.work, choice: dataset.choice,
  }]));
  const hasB = (row) => Boolean(one("td[data-b]", row));
  const titleOf = (row) => one("th a", row).textContent;
  const filters = all("[data-sp-filter]");
  filters.forEach((filter) => on(filter, "change", () => {
    let n = 0;
    rows.forEach((row) => {
      const fits = filters.every(({ value, dataset }) => !value || row.dataset[dataset.spFilter].split("|").includes(value));
      row.hidden = !fits;
      if (row.nextElementSibling && row.nextElementSibling.matches(".sp-case")) row.nextElementSibling.hidden = !fits;
      n += fits;
    });
    tell(one("[data-sp-found]"), n === rows.length ? `All ${n} cases are shown.` : `${n} of ${rows.length} cases are shown.`);
  }));
  let asking = null;
  function withCases(run) {
    asking = asking || new Promise((done, fail) => {
      if (window.spectrumCases) return done();
      const script = make("script", { src: table.dataset.src, onload: done, onerror: () => { asking = null; fail(); } });
      return document.head.append(script);
    });
    return asking.then(() => run(window.spectrumCases));
  }
  const labelled = (label, html) => (html ? make("p", {}, make("b", { textContent: label }), " ", safe(html)) : null);
  const readings = (row, phase) => {
    const a = cells(row, "a")[phase].say;
    const both = hasB(row) && "b" in one(`td[data-phase="${phase}"]`, row).dataset;
    const box = make("div", {}, range(a));
    if (both) {
      const b = range(cells(row, "b")[phase].say);
      if (b.classList.contains("sp-range")) b.classList.add("sp-range--b");
      box.firstChild.append(" (a)");
      b.append(" (b)");
      box.append(b);
    }
    all(`td[data-phase="${phase}"] .sp-flag`, row).forEach((flag) => box.append(flag.cloneNode(true), " "));
    return box;
  };
  const reasons = ([rests, because, against, would]) => {
    const box = make("div", {}, ...[["Rests on", rests], ["For", because], ["Against", against], ["Would move it", would]].map(([label, html]) => labelled(label, html)));
    if (!because && !against) box.append(make("p", { textContent: "The sources that we read do not tell who settled it." }));
    return box;
  };
  const cell = (tag, name, ...kids) => {
    const node = make(tag, {}, ...kids);
    if (name) node.dataset.name = name;
    return node;
  };
  const headRow = (...names) => make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col", textContent: name }))));
  const claim = (told) => make("dl", { className: "sp-claim" }, ...[
    ["Claimed", told.claimed ? `<q>${told.claimed}</q>, by ${told.by}` : "We found no name given to it by its owners."],
    ["Found", told.found], ["Evidence of the result", `${told.strength}: ${told.why}`], ["Outside the line", told.outside],
  ].filter((pair) => pair[1]).map(([title, html]) => make("div", {}, make("dt", { textContent: title }), make("dd", {}, safe(html)))));
  const story = (told) => [told.note ? labelled("Content note.", told.note) : null, make("p", {}, safe(told.story))];
  function openCase(row, show) {
    const button = one("[data-sp-open]", row);
    const next = row.nextElementSibling;
    const known = next && next.matches(".sp-case") ? next : null;
    button.setAttribute("aria-expanded", String(show));
    if (known) { known.hidden = !show; return; }
    if (!show) return;
    const box = make("td", { colSpan: PHASES.length + 1 });
    row.after(make("tr", { className: "sp-case" }, box));
    withCases((told) => {
      const mine = told[row.dataset.case];
      const body = make("tbody", {}, ...PHASES.map(({ slug, name }) => make("tr", {}, make("th", { scope: "row", textContent: name }), cell("td", "Our reading", readings(row, slug)), cell("td", "", reasons(mine.phases[slug])))));
      box.append(...story(mine).filter(Boolean), claim(mine), make("table", { className: "sp-table" }, make("caption", { className: "sp-vh", textContent: `${titleOf(row)}: our reading, phase by phase` }), headRow("Phase", "Our reading", "Why, and why not"), body), labelled("To discuss:", mine.question));
    }).catch(() => box.append("The reasons could not be loaded here. They are on the page of the case."));
  }
  rows.forEach((row) => on(one("[data-sp-open]", row), "click", (event) => {
    const show = event.currentTarget.getAttribute("aria-expanded") !== "true";
    openCase(row, show);
    set("case", show ? row.dataset.case : "");
  }));

  // 7: what a definition or an author's line makes of a case ---------------------------------------------------
  /* Each rule answers yes, no or open for the phases of a case; `open` where nobody can tell from what is known. */
  function checks(rule, placed) {
    const needs = rule.needs || {};
    const phases = PHASES.map(({ slug, name }) => ({ name, slug, ...placed[slug] }));
    const some = (list, test) => {
      const found = list.map(test);
      return found.includes("yes") ? "yes" : found.includes("open") ? "open" : "no";
    };
    const every = (list, test) => {
      const found = list.map(test);
      return found.includes("no") ? "no" : found.includes("open") ? "open" : "yes";
    };
    const asked = STAGES.indexOf("asked");
    const agreed = STAGES.indexOf("agreed");
    const within = (from, to) => ({ say: at }) => (!at ? "open" : at[1] < from || at[0] > to ? "no" : at[0] >= from && at[1] <= to ? "yes" : "open");
    const takesPart = ({ say: at, work }) => (work === "both" || work === "users" || (at && at[0] >= asked) ? "yes" : at && at[1] >= asked ? "open" : at || work ? "no" : "open");
    const named = phases.filter(({ slug }) => (needs.phases || []).includes(slug));
    const list = [];
    named.forEach((phase) => list.push([`people take part in “${phase.name.toLowerCase()}”`, takesPart(phase)]));
    if (needs.work_by_users) list.push(["people who use the service do some of the work", some(phases, ({ work }) => (!work ? "open" : work === "both" || work === "users" ? "yes" : "no"))]);
    if (needs.professional_present) list.push(["a professional has a part", some(phases, ({ work, say: at }) => (work === "both" || work === "staff" || (at && at[1] <= agreed) ? "yes" : work && at ? "no" : "open"))]);
    if (needs.voluntary) {
      const choices = phases.map(({ choice }) => choice).filter(Boolean);
      list.push(["taking part is free", choices.includes("required") ? "no" : choices.length && choices.every((choice) => choice === "free") ? "yes" : "open"]);
    }
    if (needs.equal_say) list.push(["both sides have an equal say", named.length ? every(named, within(agreed, agreed + 1)) : some(phases, within(agreed, agreed + 1))]);
    if (rule.stance === "point" && rule.span) list.push([`some phase stands at “${say(rule.span).toLowerCase()}”`, some(phases, within(rule.span[0], rule.span[1]))]);
    return list;
  }
  function judge(rule, placed) {
    if (rule.stance === "rejects_line") return ["cannot tell", "its author rejects any such line"];
    const list = checks(rule, placed);
    const no = list.filter((check) => check[1] === "no");
    const open = list.filter((check) => check[1] === "open");
    if (no.length) return ["out", `not so: ${no.map((check) => check[0]).join("; ")}`];
    if (open.length) return ["cannot tell", `not known: ${open.map((check) => check[0]).join("; ")}`];
    if (list.length) return ["in", `so: ${list.map((check) => check[0]).join("; ")}`];
    return rule.stance === "everywhere" ? ["in", "it counts every service"] : ["cannot tell", "it sets nothing that these readings could test"];
  }
  function judgeRow(rule, row) {
    const a = judge(rule, cells(row, "a"));
    if (!hasB(row)) return a;
    const b = judge(rule, cells(row, "b"));
    return a[0] === b[0] ? a : ["cannot tell", `our two readings differ: ${a[0]} on reading a (${a[1]}), ${b[0]} on reading b (${b[1]})`];
  }
  const ruleOf = ({ dataset }) => ({ stance: dataset.stance, span: span(dataset.span), needs: dataset.needs ? JSON.parse(dataset.needs) : null });

  const test = one("[data-sp-test]");
  if (test) {
    on(test, "submit", (event) => event.preventDefault());
    on(part("test", test), "click", () => {
      const key = part("definition", test).value;
      const rule = ruleOf(one(`[data-definition="${key}"]`));
      const found = rows.map((row) => [row, ...judgeRow(rule, row)]);
      const count = (verdict) => found.filter((line) => line[1] === verdict).length;
      tell(part("say", test), `${count("in")} in, ${count("out")} out, ${count("cannot tell")} where nobody can tell.`);
      part("result", test).replaceChildren(make("table", { className: "sp-table" }, make("caption", { textContent: part("definition", test).selectedOptions[0].textContent }), headRow("Case", "In, out or cannot tell", "Because"),
        make("tbody", {}, ...["in", "out", "cannot tell"].flatMap((verdict) => found.filter((line) => line[1] === verdict)).map(([row, verdict, why]) =>
          make("tr", {}, make("th", { scope: "row", textContent: titleOf(row) }), make("td", { className: "sp-verdict", textContent: verdict }), make("td", { textContent: why }))))));
    });
  }

  // 5: place a case ------------------------------------------------------------------------------------------
  const mine = (name, from) => Object.fromEntries(PHASES.map(({ slug }) => {
    const box = chosen(`${name}-${slug}`, from);
    return [slug, box ? { answered: true, say: box.value ? [STAGES.indexOf(box.value), STAGES.indexOf(box.value)] : null } : { answered: false, say: null }];
  }));
  const place = one("[data-sp-place]");
  function mountPlace() {
    const list = part("case", place);
    const rowOf = () => one(`tr[data-case="${list.value}"]`);
    const result = part("result", place);
    function read() {
      result.hidden = true;
      tell(part("say", place), "");
      part("story", place).replaceChildren(make("p", { textContent: "…" }));
      withCases((told) => part("story", place).replaceChildren(make("h3", { className: "sp-h", textContent: list.selectedOptions[0].textContent }), ...story(told[list.value]).filter(Boolean)))
        .catch(() => part("story", place).replaceChildren(make("p", { textContent: "The story could not be loaded here. It is on the page of the case." })));
    }
    on(place, "submit", (event) => event.preventDefault());
    on(part("tell", place), "click", () => { set("case", list.value); read(); });
    on(part("next", place), "click", () => {
      list.selectedIndex = (list.selectedIndex + 1) % list.options.length;
      all("input:checked", place).forEach((box) => { box.checked = false; });
      part("reason", place).value = "";
      set("case", list.value);
      read();
    });
    const beside = (you, our) => {
      if (!you.answered) return "You left this open.";
      if (!our) return you.say ? "We could not tell. What did you go by?" : "Neither could we.";
      if (!you.say) return "We saw enough for a range. What would you want to know?";
      const x = you.say[0];
      if (x >= our[0] && x <= our[1]) return "Within our range.";
      return x === our[0] - 1 || x === our[1] + 1 ? "Next to our range: what would you ask to settle it?" : "We differ: what did each of us take the decision to be?";
    };
    function compare() {
      const you = mine("sp-place", place);
      const missing = [];
      if (!Object.values(you).some((phase) => phase.answered)) missing.push(["a stage for at least one phase", one("[name^=sp-place-]", place)]);
      if (!part("reason", place).value.trim()) missing.push(["your reason", part("reason", place)]);
      if (!chosen("sp-sure", place)) missing.push(["how sure you are", one("[name=sp-sure]", place)]);
      if (missing.length) {
        tell(part("say", place), `Before comparing, give ${join(missing.map((pair) => pair[0]))}.`);
        missing[0][1].focus();
        return;
      }
      const row = rowOf();
      withCases((told) => {
        part("rows", place).replaceChildren(...PHASES.map(({ slug, name }) => {
          const our = cells(row, "a")[slug].say;
          return make("tr", {}, make("th", { scope: "row", textContent: name }), cell("td", "You", you[slug].answered && !you[slug].say ? make("span", { textContent: "Cannot tell" }) : you[slug].answered ? range(you[slug].say) : make("span", { textContent: "–" })), cell("td", "Our reading", readings(row, slug), make("p", { className: "sp-small", textContent: beside(you[slug], our) })), cell("td", "", reasons(told[list.value].phases[slug])));
        }));
        part("models", place).replaceChildren(claim(told[list.value]), differing(row, you));
        result.hidden = false;
        tell(part("say", place), "Your placing and our reading stand side by side below. Ours is not an answer key.");
        result.focus();
      }).catch(() => tell(part("say", place), "Our reading could not be loaded here. It is on the page of the case."));
    }
    /* Which models would say co-production of this case: on our reading, and where the reader's placing changes that. */
    function differing(row, you) {
      const ours = cells(row, "a");
      const yours = Object.fromEntries(PHASES.map(({ slug }) => [slug, { ...ours[slug], say: you[slug].answered ? you[slug].say : ours[slug].say }]));
      const verdicts = lanes.map((node) => {
        const marks = all("[data-counts]", node);
        return marks.length ? [nameOf(node), judgeRow(ruleOf(marks[0]), row), judge(ruleOf(marks[0]), yours)] : null;
      }).filter(Boolean);
      const group = (verdict) => join(verdicts.filter((line) => line[1][0] === verdict).map((line) => line[0])) || "none";
      const moved = verdicts.filter((line) => line[1][0] !== line[2][0]).map((line) => `${line[0]} (from “${line[1][0]}” to “${line[2][0]}”)`);
      return make("div", {}, make("h3", { className: "sp-h", textContent: "Which models would differ" }),
        make("p", { textContent: `On our reading, models that would call this co-production: ${group("in")}. That would not: ${group("out")}. Where nobody can tell: ${group("cannot tell")}.` }),
        make("p", { textContent: moved.length ? `Your placing changes that for ${join(moved)}.` : "Your placing changes that for none of them." }));
    }
    on(part("compare", place), "click", compare);
    return { show(key) { if ([...list.options].some((option) => option.value === key)) list.value = key; } };
  }
  const placing = place ? mountPlace() : null;

  // 6: the reader's own service ------------------------------------------------------------------------------
  const own = one("[data-sp-own]");
  function mountOwn() {
    const KEY = "defining-co-production.own-service";
    const SIDES = { provider: "Providers", user: "People who use it" };
    const fields = ["name", "changes", "pays"];
    const board = part("side-by-side", own);
    const paper = one("[data-sp-paper]");
    const read = () => ({
      ...Object.fromEntries(fields.map((name) => [name, part(name, own).value])),
      ...Object.fromEntries(Object.keys(SIDES).map((who) => [who, Object.fromEntries(PHASES.flatMap(({ slug }) => {
        const box = chosen(`sp-own-${who}-${slug}`, own);
        return box ? [[slug, box.value]] : [];
      }))])),
    });
    function fill(data) {
      fields.forEach((name) => { part(name, own).value = typeof data[name] === "string" ? data[name] : ""; });
      Object.keys(SIDES).forEach((who) => PHASES.forEach(({ slug }) => {
        const value = data[who] && data[who][slug];
        all(`[name="sp-own-${who}-${slug}"]`).forEach((box) => { box.checked = box.value === value; });
      }));
      draw();
    }
    const word = (value) => (value === undefined ? "–" : value ? SHORT[STAGES.indexOf(value)] : "Cannot tell");
    function gap(a, b) {
      if (!a || !b) return "";
      const steps = Math.abs(STAGES.indexOf(a) - STAGES.indexOf(b));
      return steps ? `${number(steps)} stage${steps > 1 ? "s" : ""} apart` : "the same";
    }
    function draw() {
      const data = read();
      const any = Object.keys(data.provider).length + Object.keys(data.user).length;
      board.replaceChildren(...(any ? [make("table", { className: "sp-table" }, make("caption", { textContent: "The two side by side" }), headRow("Phase", ...Object.values(SIDES), "Between them"),
        make("tbody", {}, ...PHASES.map(({ slug, name }) => make("tr", {}, make("th", { scope: "row", textContent: name }), ...Object.entries(SIDES).map(([who, title]) => {
          const value = data[who][slug];
          return cell("td", title, value ? range([STAGES.indexOf(value), STAGES.indexOf(value)]) : make("span", { textContent: word(value) }));
        }), make("td", { textContent: gap(data.provider[slug], data.user[slug]) })))))] : []));
    }
    function keep() {
      try { localStorage.setItem(KEY, JSON.stringify(read())); } catch (error) { /* storage is blocked: nothing is kept */ }
    }
    function sheet(filled) {
      const data = filled ? read() : { provider: {}, user: {} };
      all("[data-on]", paper).forEach((node) => node.removeAttribute("data-on"));
      Object.keys(SIDES).forEach((who) => Object.entries(data[who]).forEach(([slug, value]) => {
        const node = value && one(`tr[data-who="${who}"][data-phase="${slug}"] td[data-stage="${value}"]`, paper);
        if (node) node.dataset.on = "";
      }));
      fields.forEach((name) => { const line = part(`paper-${name}`, paper); line.dataset.blank = line.dataset.blank || line.textContent; line.textContent = data[name] || line.dataset.blank; });
      paper.open = true;
      document.documentElement.classList.add("sp-sheet");
      window.print();
      document.documentElement.classList.remove("sp-sheet");
    }
    function move(by) {
      const who = part("move-who", own).value;
      const phase = PHASES.find(({ slug }) => slug === part("move-phase", own).value);
      const box = chosen(`sp-own-${who}-${phase.slug}`, own);
      const from = box && box.value ? STAGES.indexOf(box.value) : -1;
      const to = from + by;
      let words;
      if (from < 0) words = `First give “${phase.name}” a stage as seen by ${SIDES[who].toLowerCase()}.`;
      else if (to < 0 || to >= STAGES.length) words = "That is the end of the line.";
      else {
        pick(`sp-own-${who}-${phase.slug}`, STAGES[to]);
        draw();
        keep();
        words = `${phase.name}, as seen by ${SIDES[who].toLowerCase()}: from “${SHORT[from]}” to “${SHORT[to]}”. What changes, and who pays?`;
      }
      tell(part("moved", own), words);
    }
    on(own, "submit", (event) => event.preventDefault());
    on(own, "change", (event) => { if (event.target.matches("[type=radio]")) draw(); keep(); });
    on(part("left", own), "click", () => move(-1));
    on(part("right", own), "click", () => move(1));
    on(part("save", own), "click", () => download("own-service.json", new Blob([JSON.stringify({ kind: "own-service", ...read() }, null, 2)], { type: "application/json" })));
    on(part("open", own), "change", (event) => {
      const file = event.target.files[0];
      if (file) file.text().then((text) => { fill(JSON.parse(text)); keep(); tell(part("say", own), "Opened."); }).catch(() => tell(part("say", own), "This file could not be read. Choose one that was downloaded here."));
    });
    on(part("print", own), "click", () => sheet(true));
    on(part("print-blank", paper), "click", () => sheet(false));
    on(part("clear", own), "click", () => {
      fill({});
      try { localStorage.removeItem(KEY); } catch (error) { /* nothing was kept */ }
      tell(part("say", own), "Cleared, here and in this browser.");
    });
    try { const kept = JSON.parse(localStorage.getItem(KEY)); if (kept) fill(kept); } catch (error) { /* nothing kept, or not readable */ }
  }
  if (own) mountOwn();

  // 9: share -------------------------------------------------------------------------------------------------
  function download(name, blob) {
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  const share = one("[data-sp-share]");
  function mountShare() {
    const status = part("say", share);
    const code = part("code", share);
    const title = document.title;
    const bare = one("link[rel=canonical]", document);
    const source = () => (bare ? bare.href : address().split("?")[0]) + query();
    function write() {
      const url = new URL(share.dataset.embed, source()).href.replace(/index\.html$/, "") + query();
      code.value = `<iframe src="${url}" title="${title}" width="100%" height="420" loading="lazy"></iframe>\n<p><a href="${source()}">${title}</a>, CC BY 4.0. Published models keep their own terms.</p>`.replace(/&(?!amp;)/g, "&amp;");
    }
    function copy(text, from) {
      const done = () => tell(status, "Copied.");
      const blocked = () => {
        /* No clipboard in some frames: the old way, and then the reader's own hands. */
        const area = from || make("textarea", { value: text });
        if (!from) share.append(area);
        area.select();
        const fine = document.execCommand && document.execCommand("copy");
        if (!from) area.remove();
        tell(status, fine ? "Copied." : `Copying is blocked here. Copy this: ${text}`);
      };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, blocked); else blocked();
    }
    on(part("link", share), "click", () => copy(location.protocol === "file:" ? source() : address()));
    on(part("embed", share), "click", () => copy(code.value, code));
    on(part("svg", share), "click", () => {
      download("who-settles-it.svg", new Blob([picture(source())], { type: "image/svg+xml" }));
      tell(status, "The picture holds title, sources, licence and what the line cannot show.");
    });
    on(part("png", share), "click", () => {
      const image = new Image();
      image.onload = () => {
        const canvas = make("canvas", { width: image.width * 2, height: image.height * 2 });
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => { download("who-settles-it.png", blob); tell(status, "The picture holds title, sources, licence and what the line cannot show."); });
      };
      image.onerror = () => tell(status, "This browser does not allow the picture here. Try the SVG.");
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture(source()))}`;
    });
    listeners.push(write);
    write();
  }

  /* The current view as one SVG that needs no style sheet: colours are looked up once and written out. */
  function picture(url) {
    const W = 1280, M = 48, COL = (W - 2 * M) / 7;
    const probe = make("i", { hidden: true });
    root.append(probe);
    const colour = (name) => { probe.style.setProperty("color", `var(--${name})`); return getComputedStyle(probe).color; };
    const [paper, ink, soft, rule] = ["paper", "ink", "ink-soft", "rule"].map(colour);
    const hue = STAGES.map((_, i) => colour(`stage-${i + 1}`));
    const pen = make("canvas").getContext("2d");
    const SANS = "Arial, Helvetica, sans-serif", SERIF = "Georgia, serif";
    const esc = (text) => String(text).replace(/\s+/g, " ").trim().replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
    const out = [];
    let y = M;
    function wrap(text, width, size, weight, family) {
      pen.font = `${weight} ${size}px ${family}`;
      const lines = [""];
      text.replace(/\s+/g, " ").trim().split(" ").forEach((w) => {
        const next = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${w}` : w;
        if (pen.measureText(next).width > width && lines[lines.length - 1]) lines.push(w); else lines[lines.length - 1] = next;
      });
      return lines;
    }
    function text(x, top, width, words, o = {}) {
      const { size = 15, weight = 400, family = SANS, fill = ink, middle = false } = o;
      const lines = wrap(words, width, size, weight, family);
      lines.forEach((line, i) => out.push(`<text x="${x}" y="${(top + size + i * size * 1.3).toFixed(1)}" font-family="${family}" font-size="${size}" font-weight="${weight}" fill="${fill}"${middle ? ' text-anchor="middle"' : ""}>${esc(line)}</text>`));
      return lines.length * size * 1.3;
    }
    const para = (words, o = {}) => { y += text(M, y, W - 2 * M, words, o) + (o.after === undefined ? 6 : o.after); };
    const rect = (x, top, w, h, fill, more = "") => out.push(`<rect x="${x.toFixed(1)}" y="${top.toFixed(1)}" width="${w.toFixed(1)}" height="${h.toFixed(1)}" fill="${fill}" ${more}/>`);
    const ends = ({ className }) => ["f", "t"].map((end) => className.match(`sp-${end}(\\d)`)[1] - 1);
    const strip = (from, to, top, h) => { for (let i = from; i <= to; i += 1) rect(M + i * COL + 3, top, COL - 6, h, hue[i]); };
    const columns = (top, bottom) => { for (let i = 0; i <= 7; i += 1) out.push(`<path d="M${M + i * COL} ${top}V${bottom}" stroke="${rule}"/>`); };

    para("Who settles it?", { size: 34, weight: 700, family: SERIF, after: 2 });
    para("Seven answers. Two strands of equal weight; the round seal stands on the strand of whoever settles the matter, and threads show what passes between them.", { fill: soft, after: 26 });
    out.push(`<text x="${M}" y="${y}" font-family="${SANS}" font-size="14" font-weight="700" fill="${colour("provider-ink")}">Providers</text>`);
    const line = (side) => `fill="none" stroke="${colour(side)}" stroke-width="2.4"`;
    const ring = (side) => `fill="${paper}" stroke="${colour(side)}" stroke-width="3"`;
    const paint = { "sp-p": line("provider"), "sp-u": line("user"), "sp-p sp-ring": ring("provider"), "sp-u sp-ring": ring("user"), "sp-seal": `fill="${colour("raised")}" stroke="${ink}" stroke-width="2.5"`, "sp-turn": "" };
    all(".sp-scene").forEach((scene, i) => {
      const drawn = one("svg", scene).innerHTML.replace(/class="([\w -]+)"/g, (_, name) => (name in paint ? paint[name] : `fill="${hue[i]}"`));
      out.push(`<svg x="${M + i * COL}" y="${y - 8}" width="${COL + 0.5}" height="${COL}" viewBox="0 0 160 160">${drawn}</svg>`);
      const mid = M + (i + 0.5) * COL;
      const words = all(".sp-words span", scene).map((node) => node.textContent);
      words.forEach((word, k) => {
        const [dx, dy] = STAGES[i] === "agreed" ? [k * 104 - 52, -10] : [STAGES[i] === "shaped" ? 36 : 0, k * 20 - words.length * 10];
        text(mid + dx, y + 76 + dy, COL, word, { middle: true, family: SERIF });
      });
    });
    y += COL - 4;
    out.push(`<text x="${M}" y="${y}" font-family="${SANS}" font-size="14" font-weight="700" fill="${colour("user-ink")}">People who use the service</text>`);
    y += 12;
    y += Math.max(...NAME.map((name, i) => {
      if (STAGES[i] === state.stage) rect(M + i * COL + 4, y, COL - 8, 5, hue[i]);
      return text(M + (i + 0.5) * COL, y + 10, COL - 16, name, { size: 16, weight: 700, middle: true });
    })) + 34;

    const sources = [];
    const drawLanes = state.models !== BARE.models || !state.case;
    if (drawLanes) {
      state.models.split(",").filter((key) => lane[key]).forEach((key) => {
        const node = lane[key];
        para(`${nameOf(node)} (${node.dataset.year})`, { size: 18, weight: 700, family: SERIF, after: 2 });
        const taken = [];
        const top = y;
        const bars = all(".sp-bar", node).map((bar) => {
          const [from, to] = ends(bar);
          const words = one("b", bar).textContent + all(".sp-flag, .sp-how", bar).map((mark) => ` (${mark.textContent})`).join("");
          let level = 0;
          while (taken.some((t) => t[2] === level && t[0] <= to && from <= t[1])) level += 1;
          taken.push([from, to, level]);
          return { from, to, level, words, h: wrap(words, (to - from + 1) * COL - 18, 13, 400, SANS).length * 17 + 18 };
        });
        const heights = [];
        bars.forEach((bar) => { heights[bar.level] = Math.max(heights[bar.level] || 0, bar.h); });
        const at = (level) => top + heights.slice(0, level).reduce((sum, h) => sum + h + 5, 0);
        columns(top, at(heights.length));
        bars.forEach((bar) => {
          rect(M + bar.from * COL + 2, at(bar.level), (bar.to - bar.from + 1) * COL - 4, heights[bar.level], colour("raised"), `stroke="${colour("edge")}"`);
          strip(bar.from, bar.to, at(bar.level), 5);
          text(M + bar.from * COL + 9, at(bar.level) + 8, (bar.to - bar.from + 1) * COL - 18, bar.words, { size: 13 });
        });
        y = at(heights.length) + 4;
        all(".sp-offs li", node).forEach((li) => para(li.textContent, { size: 13, fill: soft, after: 2 }));
        all(".sp-mark", node).filter((mark) => !mark.classList.contains("sp-mark--ours") || one("#sp-ours").checked).forEach((mark) => {
          const [from, to] = ends(mark);
          const hollow = mark.classList.contains("sp-mark--ours");
          const stance = mark.dataset.stance;
          if (stance) rect(M + from * COL + 2, y, (to - from + 1) * COL - 4, 8, stance === "point" && !hollow ? ink : "none", `stroke="${ink}" stroke-width="2"${stance === "point" ? "" : ' stroke-dasharray="8 5"'}`);
          y += stance ? 12 : 0;
          para(mark.textContent, { size: 13, after: 8 });
        });
        y += 10;
        const terms = one(`[data-terms-of="${key}"]`);
        if (terms) sources.push(`${one(".sp-lane__by", node).firstChild.textContent.trim()} ${terms.textContent}`);
      });
      para(one("[data-sp-sentence]").textContent, { size: 16, family: SERIF, after: 18 });
    }
    const row = rows.find((tr) => tr.dataset.case === state.case);
    if (row) {
      para(`Case: ${titleOf(row)}`, { size: 18, weight: 700, family: SERIF, after: 2 });
      PHASES.filter(({ slug }) => state.phase === "all" || state.phase === slug).forEach(({ slug, name }) => {
        ["a", "b"].filter((reader) => reader === "a" || reader in one(`td[data-phase="${slug}"]`, row).dataset).forEach((reader) => {
          const at = cells(row, reader)[slug].say;
          para(`${name}${hasB(row) ? ` (reader ${reader})` : ""}: ${say(at).toLowerCase()}`, { size: 14, after: 0 });
          rect(M, y, W - 2 * M, 10, rule);
          if (at) strip(at[0], at[1], y, 10);
          y += 16;
        });
      });
      y += 8;
    }
    out.push(`<path d="M${M} ${y}H${W - M}" stroke="${rule}"/>`);
    y += 12;
    para("What this line cannot show", { size: 15, weight: 700, after: 2 });
    all("li", one(".sp-cannot")).forEach((li) => para(`– ${li.textContent}`, { size: 13, after: 1 }));
    para(one(".sp-cannot > p").textContent, { size: 13, after: 8 });
    if (sources.length) para(`Sources and reuse terms of the models shown: ${sources.join(" ")}`, { size: 12, fill: soft });
    para(`Drawing and words: ${share.dataset.title}, ${share.dataset.licence} (CC BY 4.0); published models keep their own terms. ${url}. ${share.dataset.date || ""}`, { size: 12, fill: soft });
    probe.remove();
    const H = Math.ceil(y + M / 2);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${W}" height="${H}" viewBox="0 0 ${W} ${H}" role="img"><title>Who settles it?</title><desc>${esc(one("#sp-line-title").textContent)} ${esc(one("[data-sp-sentence]").textContent)}</desc><rect width="${W}" height="${H}" fill="${paper}"/>${out.join("")}</svg>`;
  }
  if (share) mountShare();

  // At the start: the address is read; what it does not know is ignored -----------------------------------------
  const asked = new URLSearchParams(location.search);
  const wanted = (name) => asked.get(name) || "";
  ["stage", "phase", "seen"].forEach((name) => { if (wanted(name) && pick(`sp-${name}`, wanted(name))) state[name] = wanted(name); });
  const models = wanted("models").split(",").filter((key) => order.includes(key));
  if (models.length) {
    boxes.forEach((box) => { box.checked = models.includes(box.value); });
    showModels(true);
    state.models = [...OPEN, ...order.filter((key) => !OPEN.includes(key))].filter((key) => models.includes(key)).join(",");
  }
  const row = rows.find((tr) => tr.dataset.case === wanted("case"));
  if (row) {
    state.case = row.dataset.case;
    if (placing) placing.show(state.case);
    openCase(row, true);
  }
  all("[data-sp-part]").forEach((node) => { if (asked.has(node.dataset.spPart) || (node.dataset.spPart === "case" && asked.has("phase"))) node.open = true; });
  const full = one("[data-sp-full]");
  if (full) {
    const link = full.href;
    listeners.push(() => { full.href = link + query(); });
  }
  listeners.forEach((run) => run());
  /* A frame learns how high its content is, if its owner listens; nothing depends on it. */
  if (embedded && parent !== window && window.ResizeObserver) {
    new ResizeObserver(() => parent.postMessage({ type: "defining-co-production.height", height: document.documentElement.scrollHeight }, "*")).observe(document.body);
  }
}());
