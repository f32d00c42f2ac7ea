// In the reader, n and p lead from a fact to the next and the former one: to the words that state it, with the focus at the fact.
// They work while the focus is on the arrow of a fact, so that nobody's other keys are taken (WCAG 2.1.4).
const facts = [...document.querySelectorAll(".reader aside .words")];
const steps = { n: 1, p: -1 };

function go(event) {
  const at = facts.indexOf(document.activeElement);
  const step = steps[event.key];
  if (at < 0 || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = facts[at + step];
  if (!next) return;
  location.replace(next.hash);
  next.focus({ preventScroll: true });
}

if (facts.length) {
  document.addEventListener("keydown", go);
  for (const note of document.querySelectorAll(".keys")) note.hidden = false;
}
