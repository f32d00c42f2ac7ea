// What stands around a thing, drawn. The list on the page says the same; without this script nothing is missing.

import cytoscape from "cytoscape";
import "./neighbours.css";

const place = document.getElementById("graph");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const ink = dark ? "#e9ecec" : "#1c2326";
const paper = dark ? "#1a2225" : "#ffffff";
const COLOURS = dark
  ? { org: "#7fc7d6", group: "#5c8f9c", place: "#a7c97e", other: "#a5b0b4", deed: "#f3c26b" }
  : { org: "#0b5a6b", group: "#4d8796", place: "#4c7a1e", other: "#566167", deed: "#8a5a00" };
const DEEDS = ["action", "meeting", "directive", "request", "statement"];

/** The colour of a kind of thing; its shape differs as well. */
function colourOf(kind) {
  return DEEDS.includes(kind) ? COLOURS.deed : (COLOURS[kind] ?? COLOURS.other);
}

function shapeOf(kind) {
  if (DEEDS.includes(kind)) return "round-rectangle";
  return { org: "ellipse", group: "ellipse", person: "ellipse", place: "diamond" }[kind] ?? "hexagon";
}

/** Nodes and links as Cytoscape takes them. */
function elements({ nodes, links }) {
  return [
    ...nodes.map((node) => ({
      data: { id: node.iri, label: node.label, page: node.page, colour: colourOf(node.kind), shape: shapeOf(node.kind) },
      classes: node.step ? "" : "middle",
    })),
    ...links.map((link) => ({ data: { source: link.from, target: link.to, label: link.name } })),
  ];
}

const STYLE = [
  {
    selector: "node",
    style: {
      "background-color": "data(colour)",
      color: ink,
      "font-size": 11,
      height: 18,
      label: "data(label)",
      shape: "data(shape)",
      "text-background-color": paper,
      "text-background-opacity": 0.8,
      "text-max-width": 120,
      "text-overflow-wrap": document.documentElement.lang === "en" ? "whitespace" : "anywhere",
      "text-valign": "bottom",
      "text-wrap": "wrap",
      width: 18,
    },
  },
  { selector: "node.middle", style: { "border-color": ink, "border-width": 3, "font-size": 14, "font-weight": "bold", height: 32, width: 32 } },
  {
    selector: "edge",
    style: {
      color: ink,
      "curve-style": "bezier",
      "font-size": 9,
      label: "data(label)",
      "line-color": COLOURS.other,
      opacity: 0.7,
      "target-arrow-color": COLOURS.other,
      "target-arrow-shape": "triangle",
      "text-rotation": "autorotate",
      width: 1.5,
    },
  },
];

/** Draw what the document has, with the thing in the middle of rings. */
function draw(found) {
  const steps = new Map(found.nodes.map((node) => [node.iri, node.step]));
  const graph = cytoscape({
    container: place,
    elements: elements(found),
    layout: {
      name: found.nodes.length > 2 ? "cose" : "concentric",
      animate: false,
      concentric: (node) => 2 - steps.get(node.id()),
      idealEdgeLength: () => 90,
      nodeOverlap: 20,
      nodeRepulsion: () => 30000,
      randomize: false,
    },
    maxZoom: 2,
    minZoom: 0.2,
    style: STYLE,
    userZoomingEnabled: matchMedia("(pointer: coarse)").matches, // a wheel is to scroll the page
  });
  graph.on("tap", "node", (event) => location.assign(event.target.data("page")));
  for (const note of document.querySelectorAll(".with-graph")) note.hidden = false;
}

const reply = await fetch(place.dataset.source, { headers: { Accept: "application/json" } });
if (reply.ok) draw(await reply.json());
