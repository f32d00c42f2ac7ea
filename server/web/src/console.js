// The SPARQL console: YASGUI over this site's own endpoint, in place of the form that the page has without script.

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./console.css";

const form = document.querySelector("form.query");
const place = document.getElementById("console");
const endpoint = new URL(form.getAttribute("action"), location.href).href;
const written = form.elements.query.value;

/** The IRIs of the ontology's terms of a kind, from the stored query that lists them. */
async function termsOf(isProperty) {
  const reply = await fetch("/api/query/terms.json?lang=en");
  if (!reply.ok) return [];
  const { rows } = await reply.json();
  return rows.filter((row) => row.kind.endsWith("Property") === isProperty).map((row) => row.term);
}

// The completers for classes and properties that come with YASGUI ask another site.
const { Yasqe, Yasr } = Yasgui;
Yasqe.defaults.autocompleters = ["variables", "prefixes"];
for (const [from, isProperty] of [["class", false], ["property", true]]) {
  Yasqe.forkAutocompleter(from, {
    name: `own-${from}`,
    bulk: true,
    persistenceId: null,
    get: () => termsOf(isProperty),
  });
}

/** Show a problem document (RFC 9457) by its words; what else went wrong is shown as YASGUI has it. */
function showProblem({ text }) {
  let problem;
  try {
    problem = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!problem?.title) return undefined;
  const title = Object.assign(document.createElement("strong"), { textContent: problem.title });
  const words = Object.assign(document.createElement("p"), { className: "problem" });
  words.append(title, problem.detail ?? "");
  return words;
}

Yasr.defaults.errorRenderers = [showProblem];

// Errors are worded in the language of the page.
const requestConfig = { endpoint, method: "POST", headers: { "Accept-Language": document.documentElement.lang } };

/** Let a tab ask this site, whatever it was kept or shared with. */
function fixEndpoint(tab) {
  if (!tab) return;
  if (tab.getEndpoint() !== endpoint) tab.setEndpoint(endpoint);
  tab.setRequestConfig({ headers: requestConfig.headers });
}

// What YASGUI draws without a name, or where assistive technology does not expect it.
const NAMES = [
  [".CodeMirror textarea", { "aria-label": "SPARQL" }],
  [".CodeMirror-scroll", { tabindex: "0" }],
  [".yasr_results", { tabindex: "0", role: "region", "aria-label": "Results" }],
  [".tableSizer", { "aria-label": "Page size" }],
  [".tabsList button", { role: "tab", "aria-selected": "false" }],
];

function nameControls() {
  for (const [selector, attributes] of NAMES) {
    for (const element of place.querySelectorAll(selector)) {
      for (const [name, value] of Object.entries(attributes)) {
        if (element.getAttribute(name) !== value) element.setAttribute(name, value);
      }
    }
  }
  for (const title of place.querySelectorAll(".dataTable th:first-child .dt-column-title:empty")) title.append("#");
}

new MutationObserver(nameControls).observe(place, { childList: true, subtree: true });

const yasgui = new Yasgui(place, {
  autofocus: false,
  copyEndpointOnNewTab: false,
  endpointCatalogueOptions: { getData: () => [] },
  persistenceId: "tongzhou",
  populateFromUrl: false,
  requestConfig,
  yasqe: { value: written },
});
yasgui.on("tabSelect", (_, id) => fixEndpoint(yasgui.getTab(id)));
yasgui.on("tabAdd", () => queueMicrotask(() => fixEndpoint(yasgui.getTab())));
fixEndpoint(yasgui.getTab());
if (new URLSearchParams(location.search).has("query") && yasgui.getTab().getQuery() !== written) {
  yasgui.addTab(true, { ...Yasgui.Tab.getDefaults(yasgui), yasqe: { value: written } });
}

/** Links to the query as it stands: to this page, and to its answer as the server writes it. */
function link(id, path, parameters) {
  const anchor = document.getElementById(id);
  const fill = () => {
    const query = yasgui.getTab().getQuery();
    anchor.href = `${path}?${new URLSearchParams({ query, ...parameters })}`;
  };
  for (const event of ["pointerenter", "focus", "click"]) anchor.addEventListener(event, fill);
  fill();
}

link("console-link", location.pathname, {});
link("console-csv", endpoint, { format: "csv" });
link("console-tsv", endpoint, { format: "tsv" });
document.body.classList.add("has-console");
