// Fetches the part of the page that changes, as long as somebody looks at it.
"use strict";
const live = document.getElementById("live");
const connection = document.getElementById("connection");
const EVERY = 2000;
const LONGEST = 10000;
let pause = EVERY;

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch("/status/part", { credentials: "same-origin", signal: AbortSignal.timeout(LONGEST) });
      if (answer.status === 401) {
        location.reload();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      // What is selected or scrolled stays so while nothing has changed but the clock.
      if (!String(getSelection())) live.innerHTML = text;
      if (connection.textContent) connection.textContent = "";
      pause = EVERY;
    } catch {
      connection.textContent = "The server does not answer; what stands here may be old.";
      pause = Math.min(pause * 2, 30000);
    }
  }
  setTimeout(look, pause);
}
document.addEventListener("visibilitychange", () => { pause = EVERY; });
setTimeout(look, EVERY);
