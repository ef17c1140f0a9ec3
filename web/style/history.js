// Keeps conversations in this browser and lists them. The body of a gr.HTML's js_on_load:
// `props.value` is the conversation shown now as JSON, "" while there is none; `props.say` its words.
const KEY = `cewen.conversations:${location.pathname}`;
const MOST = 50;
const OWN_PARAMETERS = ["q", "province", "column", "theme", "top", "as"];
const say = props.say;
let canKeep = true;
let isFirst = true;

const isSound = (kept) =>
  kept && typeof kept.id === "string" && Number.isFinite(kept.when) &&
  Array.isArray(kept.turns) && kept.turns.length > 0 &&
  kept.turns.every((turn) => turn && typeof turn.text === "string");

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept.filter(isSound) : [];
  } catch {
    return [];
  }
}

function write(conversations) {
  let kept = conversations.slice(0, MOST);
  for (;;) {
    try {
      if (kept.length) localStorage.setItem(KEY, JSON.stringify(kept));
      else localStorage.removeItem(KEY);
      canKeep = kept.length > 0 || conversations.length === 0;
      return;
    } catch {
      if (!kept.length) {
        canKeep = false;
        return;
      }
      kept = kept.slice(0, -1);
    }
  }
}

function current() {
  try {
    return JSON.parse(props.value || "null");
  } catch {
    return null;
  }
}

function keep(record) {
  const turns = JSON.stringify(record.turns);
  const others = read().filter((c) => c.id !== record.id && JSON.stringify(c.turns) !== turns);
  write([{ ...record, when: Date.now() }, ...others]);
}

// An address that asks a question no longer says what is shown once the conversation has moved on.
function clearAddress() {
  const address = new URL(location.href);
  OWN_PARAMETERS.forEach((name) => address.searchParams.delete(name));
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

function made(tag, name, text) {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}

function row(conversation, shown) {
  const title = conversation.turns[0].text;
  const open = made("button", "open", title);
  open.type = "button";
  open.title = title;
  const when = new Date(conversation.when);
  const time = when.toLocaleString(say.language, { dateStyle: "short", timeStyle: "short" });
  open.append(made("small", "", `${time} · ${say.turns.replace("{n}", conversation.turns.length)}`));
  if (conversation.id === shown) open.setAttribute("aria-current", "true");
  const drop = made("button", "drop", "×");
  drop.type = "button";
  drop.title = say.drop_one;
  drop.setAttribute("aria-label", say.drop.replace("{title}", () => title));
  const item = made("li", "", "");
  item.dataset.id = conversation.id;
  item.append(open, drop);
  return item;
}

function draw() {
  const kept = read();
  const shown = (current() || {}).id;
  element.querySelector("ol").replaceChildren(...kept.map((c) => row(c, shown)));
  element.querySelector(".all").hidden = !kept.length;
  element.querySelector(".said").textContent = !canKeep
    ? say.not_kept
    : kept.length
      ? say.hint
      : say.none;
}

function forget(id) {
  write(id === null ? [] : read().filter((c) => c.id !== id));
  const shown = (current() || {}).id;
  draw();
  if (shown && (id === null || id === shown)) trigger("clear");
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const id = button.closest("li")?.dataset.id;
  if (button.classList.contains("all")) {
    if (confirm(say.sure)) forget(null);
  } else if (button.classList.contains("drop")) {
    forget(id);
  } else if (button.classList.contains("open")) {
    const kept = read().find((c) => c.id === id);
    if (kept) trigger("select", { record: JSON.stringify(kept) });
    else draw();
  }
});
watch("value", () => {
  const record = current();
  if (record) keep(record);
  if (!isFirst) clearAddress();
  isFirst = false;
  draw();
});
window.addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) draw();
});
draw();
