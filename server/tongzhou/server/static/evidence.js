// A link to words of an article shows them where it stands, with who says so and how to cite them. Without this script, and
// where the answer fails, it leads to the words in the article; so does a click with a key or another button.
const template = document.getElementById("evidence-card");
const kept = new Map();
const patience = 5000; // milliseconds
let asked = 0;

async function ask(link) {
  const [, language, ...path] = link.pathname.split("/");
  const iri = decodeURIComponent(path.join("/") + link.hash);
  const address = `/${language}/evidence.json?iri=${encodeURIComponent(iri)}`;
  if (!kept.has(address)) {
    const reply = await fetch(address, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(patience),
    });
    if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
    kept.set(address, await reply.json());
  }
  return kept.get(address);
}

function linkTo(thing) {
  const link = document.createElement("a");
  link.href = thing.page;
  link.textContent = thing.label;
  return link;
}

/** Puts links to things where the template has `name`, and leaves out what holds that place where there are none. */
function putLinks(within, name, things) {
  const place = within.querySelector(`[data-links="${name}"]`);
  place.append(...things.flatMap((thing, index) => (index ? [" · ", linkTo(thing)] : [linkTo(thing)])));
  if (!things.length) place.closest("[data-if]").remove();
}

function putText(within, texts) {
  for (const [name, text] of Object.entries(texts)) within.querySelector(`[data-text="${name}"]`).textContent = text;
}

function putFacts(list, facts) {
  const item = list.firstElementChild;
  list.replaceChildren(
    ...facts.map((fact) => {
      const one = item.cloneNode(true);
      putLinks(one, "fact", [fact]);
      putLinks(one, "speakers", fact.speakers);
      for (const mark of one.querySelectorAll(".basis")) if (!mark.classList.contains(fact.basis)) mark.remove();
      const inferred = one.querySelector("[data-inferred]");
      if (fact.inferred) inferred.href = `${fact.page}#inferred`;
      else inferred.remove();
      return one;
    }),
  );
}

async function copy(text, status) {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = status.dataset.done;
  } catch {
    status.textContent = text; // no clipboard here: it is marked, to be copied by hand
    getSelection().selectAllChildren(status);
  }
}

function show(link, found) {
  const popover = template.content.firstElementChild.cloneNode(true);
  const { before, quote, after, article, authors, sources, facts, mended, citation } = found;
  putText(popover, { before, quote, after });
  putLinks(popover, "article", [article]);
  putLinks(popover, "authors", authors);
  putLinks(popover, "sources", sources);
  putFacts(popover.querySelector("[data-facts]"), facts);
  if (mended) putText(popover, mended);
  else popover.querySelector("[data-mended]").remove();
  const why = popover.querySelector("[data-why]");
  if (link.dataset.why) why.querySelector("a").href = link.dataset.why;
  else why.remove();
  popover.querySelector("[data-open]").href = link.href;
  popover.querySelector("[data-open]").addEventListener("click", () => popover.hidePopover());
  popover.querySelector("[data-close]").addEventListener("click", () => popover.hidePopover());
  popover.querySelector("[data-copy]").addEventListener("click", () => copy(citation, popover.querySelector("output")));
  popover.addEventListener("toggle", (event) => event.newState === "closed" && popover.remove());
  document.querySelector("main").append(popover);
  link.focus({ preventScroll: true }); // where the focus returns to
  popover.showPopover({ source: link });
}

async function open(event) {
  const link = event.target.closest("a.ev");
  if (!(link instanceof HTMLAnchorElement) || link.target || !link.hash.startsWith("#char=")) return;
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const mine = ++asked;
  try {
    const found = await ask(link);
    if (mine === asked) show(link, found);
  } catch {
    if (mine === asked) location.assign(link.href);
  }
}

if (template && "popover" in HTMLElement.prototype) {
  for (const link of document.querySelectorAll("a.ev")) link.ariaHasPopup = "dialog";
  document.addEventListener("click", open);
}
