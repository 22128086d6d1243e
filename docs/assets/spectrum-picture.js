/* The current view as a picture: one drawing (SVG), or slides of 1920 by 1080 (PNG). Asked for by spectrum.js when a
   reader wants one. It is drawn from what stands on the page, in the page's own type and colours, which are written out:
   the picture needs no style sheet. Title, sources, terms, licence and what the line cannot show are on every slide. */
window.spectrumPicture = (function () {
  "use strict";
  const { root, one, all, make, w, NAME, STAGES, PHASES, state, download, share, summary, rows } = window.spectrum;
  const W = 1280, H = 720, M = 44;
  const SMALLEST = 0.8; // how far a slide may shrink before what is on it goes on to the next
  const pen = make("canvas").getContext("2d");
  const esc = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const sum = (list, of) => list.reduce((total, item) => total + of(item), 0);
  let paint, out, y;

  /* Colours and type as they are now, light or dark. */
  function look() {
    const probe = make("i", { hidden: true });
    root.append(probe);
    const colour = (name) => { probe.style.setProperty("color", `var(--${name})`); return getComputedStyle(probe).color; };
    const names = ["paper", "raised", "ink", "ink-soft", "rule", "edge", "provider", "user", "provider-ink", "user-ink"];
    paint = Object.fromEntries(names.map((name) => [name, colour(name)]));
    paint.hue = STAGES.map((_, i) => colour(`stage-${i + 1}`));
    probe.remove();
    paint.sans = getComputedStyle(root).fontFamily;
    paint.serif = getComputedStyle(one("h1", document)).fontFamily;
  }

  // Words and shapes, added at a height that grows downwards --------------------------------------------------
  function wrap(text, width, size, weight, family) {
    pen.font = `${weight} ${size}px ${family}`;
    const lines = [""];
    text.replace(/\s+/g, " ").trim().split(" ").forEach((word) => {
      const last = lines[lines.length - 1];
      const next = last ? `${last} ${word}` : word;
      if (last && pen.measureText(next).width > width) lines.push(word); else lines[lines.length - 1] = next;
    });
    return lines;
  }
  function text(x, top, width, words, { size = 15, weight = 400, serif = false, fill = paint.ink, middle = false } = {}) {
    const family = serif ? paint.serif : paint.sans;
    const lines = wrap(words, width, size, weight, family);
    lines.forEach((line, i) => out.push(`<text x="${x}" y="${top + size + i * size * 1.3}"${serif ? ` font-family="${esc(family)}"` : ""} font-size="${size}" font-weight="${weight}" fill="${fill}"${middle ? ' text-anchor="middle"' : ""}>${esc(line)}</text>`));
    return lines.length * size * 1.3;
  }
  const para = (words, style = {}, after = 6) => { y += text(M, y, W - 2 * M, words, style) + after; };
  const rect = (x, top, width, height, fill, more = "") => out.push(`<rect x="${x}" y="${top}" width="${width}" height="${height}" fill="${fill}" ${more}/>`);
  const ends = ({ className }) => ["f", "t"].map((end) => className.match(`sp-${end}(\\d)`)[1] - 1);
  function block(run) {
    out = [];
    y = 0;
    run();
    return { h: y, svg: out.join("") };
  }

  // The line ------------------------------------------------------------------------------------------------
  function drawLine() {
    const COL = (W - 2 * M) / 7;
    const side = (letter, name) => { y += text(M, y, W, one(`.sp-side--${letter}`).textContent, { size: 15, weight: 650, fill: paint[name] }); };
    const strand = (name) => `fill="none" stroke="${paint[name]}" stroke-width="2.4"`;
    const ring = (name) => `fill="${paint.paper}" stroke="${paint[name]}" stroke-width="3"`;
    const styles = { "sp-p": strand("provider"), "sp-u": strand("user"), "sp-p sp-ring": ring("provider"), "sp-u sp-ring": ring("user"), "sp-seal": `fill="${paint.raised}" stroke="${paint.ink}" stroke-width="2.5"`, "sp-turn": "" };
    side("p", "provider-ink");
    const top = y - 10;
    all(".sp-line .sp-scene").forEach((scene, i) => {
      const drawn = one("svg", scene).innerHTML.replace(/class="([\w -]+)"/g, (_, name) => (name in styles ? styles[name] : `fill="${paint.hue[i]}"`));
      out.push(`<svg x="${M + i * COL}" y="${top}" width="${COL + 0.5}" height="${COL}" viewBox="0 0 160 160">${drawn}</svg>`);
      const words = all(".sp-words span", scene).map((node) => node.textContent);
      words.forEach((word, k) => {
        const [dx, dy] = STAGES[i] === "agreed" ? [k * 104 - 52, -10] : [STAGES[i] === "shaped" ? 38 : 0, k * 20 - words.length * 10];
        text(M + (i + 0.5) * COL + dx, top + COL / 2 + dy, COL, word, { size: 16, middle: true, serif: true });
      });
    });
    y = top + COL - 8;
    side("u", "user-ink");
    y += 16;
    y += Math.max(...NAME.map((name, i) => {
      const on = STAGES[i] === state.stage;
      if (on) rect(M + i * COL + 6, y - 4, COL - 12, 5, paint.hue[i]);
      return text(M + (i + 0.5) * COL, y + 8, COL - 14, name, { size: 17, weight: 650, middle: true });
    })) + 24;
    const asked = one(`tbody[data-stage="${state.stage}"] td`);
    para(`${NAME[STAGES.indexOf(state.stage)]}: ${asked.textContent}`, { size: 21, serif: true }, 10);
  }
  /* The seven short names, over columns that begin at `left`. */
  function drawHeads(left) {
    const COL = (W - M - left) / 7;
    all("span", one(".sp-heads")).slice(0, 7).forEach((head, i) => {
      out.push(`<svg x="${left + (i + 0.5) * COL - 10}" y="${y}" width="20" height="20" viewBox="-10 -10 20 20" fill="${paint.hue[i]}">${one("svg", head).innerHTML}</svg>`);
      text(left + (i + 0.5) * COL, y + 22, COL, head.textContent, { size: 14, weight: 650, middle: true });
    });
    y += 46;
  }

  // Models and cases ----------------------------------------------------------------------------------------
  function drawLane(node) {
    const COL = (W - 2 * M) / 7;
    para(`${one("h3", node).textContent} (${node.dataset.year})`, { size: 19, weight: 650, serif: true }, 4);
    const taken = [], heights = [], top = y;
    const bars = all(".sp-bar", node).map((bar) => {
      const [from, to] = ends(bar);
      const words = one("b", bar).textContent.replaceAll("\u00ad", "") + all(".sp-flag, .sp-how", bar).map((mark) => ` (${mark.textContent})`).join("");
      let level = 0;
      while (taken.some((t) => t[2] === level && t[0] <= to && from <= t[1])) level += 1;
      taken.push([from, to, level]);
      heights[level] = Math.max(heights[level] || 0, wrap(words, (to - from + 1) * COL - 18, 14, 400, paint.sans).length * 18.2 + 16);
      return { from, to, level, words };
    });
    const at = (level) => top + sum(heights.slice(0, level), (h) => h + 4);
    for (let i = 0; i <= 7; i += 1) out.push(`<path d="M${M + i * COL} ${top}V${at(heights.length)}" stroke="${paint.rule}"/>`);
    bars.forEach(({ from, to, level, words }) => {
      rect(M + from * COL + 2, at(level), (to - from + 1) * COL - 4, heights[level], paint.raised, `stroke="${paint.edge}"`);
      for (let i = from; i <= to; i += 1) rect(M + i * COL + 2, at(level), COL - (i === to ? 4 : 0), 5, paint.hue[i]);
      text(M + from * COL + 9, at(level) + 7, (to - from + 1) * COL - 18, words, { size: 14 });
    });
    y = at(heights.length) + 2;
    all(".sp-offs li", node).forEach((li) => para(`${one("b", li).textContent}: ${li.lastChild.textContent.trim()}`, { size: 13, fill: paint["ink-soft"] }, 2));
    all(".sp-mark", node).filter((mark) => !mark.classList.contains("sp-mark--ours") || one("#sp-ours").checked).forEach((mark) => {
      const [from, to] = ends(mark);
      const { stance } = mark.dataset;
      const solid = stance === "point" && !mark.classList.contains("sp-mark--ours");
      if (stance) rect(M + from * COL + 2, y, (to - from + 1) * COL - 4, 7, solid ? paint.ink : "none", `stroke="${paint.ink}" stroke-width="2"${stance === "point" ? "" : ' stroke-dasharray="8 5"'}`);
      y += stance ? 10 : 0;
      para(mark.textContent, { size: 14 }, 5);
    });
    y += 12;
  }
  function drawCase(row) {
    const left = M + 150, COL = (W - M - left) / 7;
    PHASES.filter(({ slug }) => state.phase === "all" || state.phase === slug).forEach(({ slug, name }) => {
      const flags = all(`td[data-phase="${slug}"] .sp-flag`, row).map((flag) => flag.textContent);
      text(M, y, 140, name, { size: 18, weight: 650 });
      if (flags.length) text(M, y + 26, 140, flags.join(", "), { size: 14 });
      all(`td[data-phase="${slug}"] :is(.sp-range, .sp-unknown)`, row).forEach((node) => {
        y += text(left, y, W - left - M, node.textContent, { size: 15 }) + 3;
        rect(left, y + 5, W - left - M, 2, paint.rule);
        if (node.matches(".sp-range")) {
          const [from, to] = ends(node);
          for (let i = from; i <= to; i += 1) rect(left + i * COL, y, COL, 12, paint.hue[i]);
          if (node.matches(".sp-range--b")) rect(left + from * COL, y, (to - from + 1) * COL, 12, "url(#hatch)");
        }
        y += 19;
      });
      y += 8;
    });
  }

  // Sheets --------------------------------------------------------------------------------------------------
  const limits = () => all("li", one(".sp-cannot")).map((li) => li.textContent);
  function drawFoot(sources, url) {
    const wide = (W - 2 * M - 48) / 3;
    out.push(`<path d="M${M} ${y}H${W - M}" stroke="${paint.edge}"/>`);
    y += 8;
    para(w("limits"), { size: 14, weight: 650 }, 1);
    const list = limits();
    for (let i = 0; i < list.length; i += 3) y += Math.max(...list.slice(i, i + 3).map((words, k) => text(M + k * (wide + 24), y, wide, words, { size: 12 }))) + 3;
    para(one(".sp-cannot > p").textContent, { size: 12 }, 5);
    if (sources.length) para(summary ? w("sources", { list: sources.join(" ") }) : sources[0], { size: 11, fill: paint["ink-soft"] }, 3);
    para(w("credit", { ...share.dataset, url }), { size: 11, fill: paint["ink-soft"] }, 18);
  }
  /* What is shown, in blocks that may not be cut; each names the sources that it needs. */
  function contents(url) {
    if (one(".sp-line")) return { title: w("subtitle"), left: 0, blocks: [block(drawLine)] };
    const row = rows.find((tr) => tr.dataset.case === state.case);
    if (row) {
      const link = one("th a", row);
      const source = w("case_at", { url: new URL(link.getAttribute("href"), url).href });
      return { title: w("case", { title: link.textContent }), left: M + 150, blocks: [{ ...block(() => drawCase(row)), source }] };
    }
    if (!summary) return { title: "", left: 0, blocks: [block(() => {})] };
    const lanes = all("[data-sp-lanes] [data-model]").map((node) => {
      const terms = one(`[data-terms-of="${node.dataset.model}"]`);
      return { ...block(() => drawLane(node)), source: terms && `${one(".sp-lane__by", node).firstChild.textContent.trim()} ${terms.textContent}` };
    });
    return { title: w("models_on"), left: M, blocks: [...lanes, block(() => para(summary.textContent, { size: 17, serif: true }, 12))] };
  }
  /* The view on sheets of W by `tall`; with no `tall` on one sheet, as high as it needs to be. */
  function sheets(url, tall) {
    look();
    const { title, left, blocks } = contents(url);
    const head = block(() => {
      y = 30;
      para("Who settles it?", { size: 38, weight: 600, serif: true }, 2);
      if (title) para(title, { size: 17, fill: paint["ink-soft"] }, 12);
      if (left) drawHeads(left);
    });
    const foot = (shown) => block(() => drawFoot(shown.map(({ source }) => source).filter(Boolean), url));
    const made = [];
    while (blocks.length) {
      const shown = [blocks.shift()];
      while (blocks.length && (!tall || head.h + sum(shown, ({ h }) => h) + blocks[0].h + foot([...shown, blocks[0]]).h <= tall / SMALLEST)) shown.push(blocks.shift());
      made.push(sheet(head, shown, foot(shown), tall));
    }
    return made;
  }
  function sheet(head, shown, foot, tall) {
    let at = 0;
    const body = [head, ...shown].map(({ h, svg }) => {
      at += h;
      return `<g transform="translate(0 ${at - h})">${svg}</g>`;
    });
    const full = at + foot.h;
    const high = tall || Math.ceil(full);
    const fit = Math.min(1, high / full);
    const all = `${body.join("")}<g transform="translate(0 ${Math.max(at, high / fit - foot.h)})">${foot.svg}</g>`;
    const about = one("#sp-line-title") ? one("#sp-line-title").textContent : summary ? summary.textContent : "";
    const hatch = `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(25)"><path d="M0 0V6" stroke="${paint.paper}" stroke-width="4"/></pattern></defs>`;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${W}" height="${high}" viewBox="0 0 ${W} ${high}" font-family="${esc(paint.sans)}" role="img"><title>Who settles it?</title><desc>${esc(about)}</desc>${hatch}<rect width="${W}" height="${high}" fill="${paint.paper}"/><g transform="translate(${(W - W * fit) / 2} 0) scale(${fit})">${all}</g></svg>`;
  }
  function png(svg) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    return image.decode().then(() => new Promise((done) => {
      const canvas = make("canvas", { width: 1920, height: 1080 });
      canvas.getContext("2d").drawImage(image, 0, 0, 1920, 1080);
      canvas.toBlob(done);
    }));
  }
  /* Makes the files and gives them to the reader; resolves to how many there are. */
  return async (kind, url) => {
    const made = sheets(url, kind === "png" ? H : 0);
    for (let i = 0; i < made.length; i += 1) {
      const file = kind === "png" ? await png(made[i]) : new Blob([made[i]], { type: "image/svg+xml" });
      download(`who-settles-it${made.length > 1 ? `-${i + 1}` : ""}.${kind}`, file);
    }
    return made.length;
  };
}());
