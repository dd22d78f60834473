// Moments as a browser's own box writes them, and as a record does.

const two = (number) => String(number).padStart(2, "0");

/** "2026-11-24T08:30:00.000+07:00" in the time of this place, as the box shows it. */
export function moment(value) {
  const at = new Date(value ?? "");
  if (Number.isNaN(at.getTime())) return "";
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** "2026-11-24T08:30" here, with the zone that it was meant in. */
export function momentOf(typed) {
  if (!typed) return "";
  const east = -new Date(typed).getTimezoneOffset();
  const zone = `${east < 0 ? "-" : "+"}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
  return `${typed}:00.000${zone}`;
}
