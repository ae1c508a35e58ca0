"use strict";

const table = document.querySelector("tbody");
const trouble = document.querySelector("#trouble");

// A cell is replaced only if it says something else, so that a button stays where it is while somebody presses it.
function show(fresh) {
  document.querySelector("#now").textContent = fresh.querySelector("#now").textContent;
  document.querySelector("#texts").replaceChildren(...fresh.querySelector("#texts").children);
  const rows = [...fresh.querySelectorAll("tbody tr")].map((row) => {
    const known = document.getElementById(row.id);
    if (known === null) return document.adoptNode(row);
    known.className = row.className;
    [...row.cells].forEach((cell, place) => {
      if (!cell.isEqualNode(known.cells[place])) known.cells[place].replaceWith(document.adoptNode(cell.cloneNode(true)));
    });
    return known;
  });
  if (rows.length !== table.rows.length || rows.some((row, place) => row !== table.rows[place])) table.replaceChildren(...rows);
}

async function refresh() {
  try {
    const answer = await fetch("/sandbox/", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    trouble.textContent = "";
  } catch {
    trouble.textContent = "The sandbox does not answer.";
  }
}

table.addEventListener("click", async (event) => {
  const { call, to } = event.target.dataset;
  if (!to) return;
  try {
    const path = `/sandbox/calls/${encodeURIComponent(call)}/push`;
    await fetch(path, { method: "POST", body: JSON.stringify({ to }), signal: AbortSignal.timeout(5000) });
  } catch {
    // The next refresh says what is wrong.
  }
  await refresh();
});

async function watch() {
  await refresh();
  setTimeout(watch, 1000);
}

setTimeout(watch, 1000);
