// Any button with data-copy puts that text on the clipboard and says so; one with data-copy-query puts
// this page's address with that query there. Buttons may come later.
(() => {
  const SHOWN_MS = 2000;
  const LIVE = document.createElement("span");
  LIVE.setAttribute("role", "status");
  LIVE.style.cssText = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";

  // Without permission, or where the page did not come over HTTPS, there is only this way.
  const copySelected = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.cssText = "position:fixed;top:0;opacity:0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copySelected(text);
    }
  };

  const say = (button, text) => {
    button.dataset.label ??= button.textContent;
    button.textContent = LIVE.textContent = text;
    clearTimeout(button.waiting);
    button.waiting = setTimeout(() => {
      button.textContent = button.dataset.label;
      LIVE.textContent = "";
    }, SHOWN_MS);
  };

  const textOf = ({ copy, copyQuery }) =>
    copyQuery === undefined ? copy : new URL(`?${copyQuery}`, location.href.split("#")[0]).href;

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-copy], button[data-copy-query]");
    if (!button) return;
    const done = await copied(textOf(button.dataset));
    button.focus();
    if (!LIVE.isConnected) document.body.append(LIVE);
    say(button, done ? button.dataset.done : button.dataset.failed);
  });
  document.documentElement.classList.add("scripted");
})();
