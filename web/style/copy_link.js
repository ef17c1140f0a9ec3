// Copies the link of the last question. The body of a gr.HTML's js_on_load: `props.value` is its query.
const link = () => {
  const address = new URL(location.pathname, location.href);
  address.search = props.value;
  return address.href;
};

// Where the clipboard is not allowed (plain HTTP from another machine), the old way; else by hand.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = document.createElement("textarea");
    box.value = text;
    box.style.position = "fixed";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

element.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button || !props.value) return;
  if (!(await copied(link()))) {
    prompt("请复制这个链接：", link());
    return;
  }
  button.textContent = "已复制";
  setTimeout(() => (button.textContent = "复制链接"), 2000);
});
