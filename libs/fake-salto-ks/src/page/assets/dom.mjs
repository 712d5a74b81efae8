/** Makes an element. Attributes that are false, null or undefined are left out; children may be nested lists. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** A button that names what it does to what, also to those who do not see what is around it. */
export function button(label, action, data = {}, { spoken = label, kind = '' } = {}) {
  const attributes = Object.fromEntries(Object.entries(data).map(([name, value]) => [`data-${name}`, value]));
  return h(
    'button',
    { type: 'button', 'data-action': action, class: kind, 'aria-label': spoken, ...attributes },
    label,
  );
}

/** A section's heading, to which focus can go when what had it is gone. */
export function heading(id, text) {
  return h('h2', { id, tabindex: '-1' }, text);
}

/** Shows children in an element by changing as little as possible: focus, selection and what is unfolded stay. */
export function show(element, ...children) {
  const fresh = element.cloneNode(false);
  fresh.append(...children.flat(Infinity).filter(Boolean));
  morphChildren(element, fresh);
}

function morph(from, to) {
  if (from.nodeType === Node.TEXT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  for (const { name } of [...from.attributes]) {
    // Whether something is unfolded is the reader's, not ours.
    if (!to.hasAttribute(name) && name !== 'open') from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  morphChildren(from, to);
}

function morphChildren(from, to) {
  const keyed = new Map([...from.children].filter((child) => keyOf(child)).map((child) => [keyOf(child), child]));
  let at = from.firstChild;
  for (const fresh of [...to.childNodes]) {
    const known = keyOf(fresh) ? keyed.get(keyOf(fresh)) : at;
    if (!known || !isSame(known, fresh)) {
      from.insertBefore(fresh, at);
      continue;
    }
    if (known === at) at = at.nextSibling;
    else from.insertBefore(known, at);
    morph(known, fresh);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function keyOf(node) {
  return node.dataset?.key;
}

function isSame(known, fresh) {
  return known.nodeName === fresh.nodeName && keyOf(known) === keyOf(fresh);
}
