// What ical.js makes of calendar files: the instants at which each event is held, and those that are cancelled.
// Reads [{name, ics, first, last}] from standard input; ical.js is found by NODE_PATH. `make oracle` runs it.
const ICAL = require("ical.js");

function instants({ ics, first, last }) {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const found = { held: [], cancelled: [] };
  const note = (start, component) => {
    const day = start.toString().slice(0, 10);
    if (day < first || day > last) return;
    const kind = component.getFirstPropertyValue("status") === "CANCELLED" ? "cancelled" : "held";
    found[kind].push(new Date(start.toUnixTime() * 1000).toISOString().slice(0, 16) + "Z");
  };
  const events = calendar.getAllSubcomponents("vevent");
  const changed = events.filter((event) => event.hasProperty("recurrence-id"));
  for (const component of events.filter((event) => !event.hasProperty("recurrence-id"))) {
    const uid = component.getFirstPropertyValue("uid");
    const exceptions = changed.filter((event) => event.getFirstPropertyValue("uid") === uid);
    const event = new ICAL.Event(component, { exceptions });
    if (!event.isRecurring()) {
      note(event.startDate, component);
      continue;
    }
    const iterator = event.iterator();
    for (let next = iterator.next(); next && next.year <= Number(last.slice(0, 4)) + 1; next = iterator.next()) {
      const details = event.getOccurrenceDetails(next);
      note(details.startDate, details.item.component);
    }
  }
  for (const kind of Object.keys(found)) found[kind].sort();
  ICAL.TimezoneService.reset();
  return found;
}

const asked = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(Object.fromEntries(asked.map((one) => [one.name, instants(one)]))));
