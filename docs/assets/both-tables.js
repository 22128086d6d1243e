/* Of a table that stands on two pages: the rows of the other page come among those of this one by year, with the roles
   that site.js gave these, and links that lead back to it. Fetched by tables.js when it is asked for; an error if the
   other page has no rows. */
export default async function join(list, other) {
  const body = list.tBodies[0];
  const answer = await fetch(other.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = [...page.querySelectorAll("[data-filterable] tbody tr")];
  if (!rows.length) throw new Error(`${other.href} has no rows`);
  const own = [body.rows[0], ...body.rows[0].cells];
  rows.forEach((row) => {
    [row, ...row.cells].forEach((node, at) => {
      const role = own[at].getAttribute("role");
      if (role) node.setAttribute("role", role);
    });
    row.querySelectorAll('[href^="#"]').forEach((link) => { link.href = new URL(link.hash, other.href); });
  });
  const year = (row) => Number(row.dataset.year) || 9999;
  const by = (row) => row.cells[0].textContent;
  body.append(...[...body.rows, ...rows].sort((a, b) => year(a) - year(b) || by(a).localeCompare(by(b), "en")));
  other.parentNode.hidden = true;
  list.caption.firstChild.data = "All definitions side by side, ";
}
