/** Says it to those who have the page read to them, without moving the focus. */
export function announce(text: string): void {
  const region = document.getElementById('progress');
  if (region !== null) region.textContent = text;
}
