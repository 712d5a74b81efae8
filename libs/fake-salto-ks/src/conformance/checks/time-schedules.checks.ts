import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { objectOf, outcome, type JsonObject } from '../seen.ts';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const onDays = (isOn: boolean) => Object.fromEntries(days.map((day) => [day, isOn]));
/** What Salto's dashboard calls "Always". */
const always = { ...onDays(true), start_time: '00:00', end_time: '23:59' };

/** The schedules of a new group, which opens no lock whatever they say. */
async function schedules(lab: Lab) {
  const path = `access_groups/${await lab.createGroup()}/time_schedules`;
  return {
    create: (body: JsonObject) => lab.site('POST', path, body, 'v1.1'),
    change: (id: unknown, body: JsonObject) => lab.site('PATCH', `${path}/${String(id)}`, body, 'v1.1'),
    remove: (id: unknown) => lab.site('DELETE', `${path}/${String(id)}`, undefined, 'v1.1'),
    get: (id: unknown) => lab.site('GET', `${path}/${String(id)}`, undefined, 'v1.1'),
  };
}

export const timeScheduleChecks: CheckGroup = {
  title: 'Time schedules of groups',
  checks: [
    must({
      id: 'schedules.create',
      fact: 'M',
      says: 'A schedule is created by v1.1 with 200: a boolean per day, and times of day.',
      expected: '200',
      see: async (lab) => outcome(await (await schedules(lab)).create(always)),
    }),
    must({
      id: 'schedules.no-day',
      fact: 'M',
      says: 'A schedule without any day is 400 1101.',
      expected: '400 1101',
      see: async (lab) => outcome(await (await schedules(lab)).create({ ...always, ...onDays(false) })),
    }),
    must({
      id: 'schedules.end-minute',
      fact: 'M',
      says: 'An end of 18:00 comes back as 18:00:59: it includes its minute.',
      expected: '18:00:59',
      see: async (lab) => {
        const { create, get } = await schedules(lab);
        const { id } = objectOf((await create({ ...always, end_time: '18:00' })).body);
        return String(objectOf((await get(id)).body).end_time);
      },
    }),
    must({
      id: 'schedules.local-dates',
      fact: 'C',
      says: 'start_date and end_date are local date-times without a zone, and come back as they were sent.',
      expected: '2031-03-30T12:00:00 to 2031-04-01T18:30:00',
      see: async (lab) => {
        const { create, get } = await schedules(lab);
        const dates = { start_date: '2031-03-30T12:00:00', end_date: '2031-04-01T18:30:00' };
        const { id } = objectOf((await create({ ...always, ...dates })).body);
        const { start_date, end_date } = objectOf((await get(id)).body);
        return `${String(start_date)} to ${String(end_date)}`;
      },
    }),
    must({
      id: 'schedules.delete',
      fact: 'C',
      says: 'A schedule is deleted, and then 404.',
      expected: '404',
      see: async (lab) => {
        const { create, remove, get } = await schedules(lab);
        const { id } = objectOf((await create(always)).body);
        await remove(id);
        return String((await get(id)).status);
      },
    }),
    observe({
      id: 'schedules.delete.status',
      says: 'With which status is a schedule deleted?',
      guess: '204',
      see: async (lab) => {
        const { create, remove } = await schedules(lab);
        return outcome(await remove(objectOf((await create(always)).body).id));
      },
    }),
    observe({
      id: 'schedules.change.omitted-day',
      says: 'Is a day that a PATCH leaves out off afterwards?',
      guess: 'off',
      see: async (lab) => {
        const { create, change, get } = await schedules(lab);
        const { id } = objectOf((await create(always)).body);
        await change(id, { monday: true, start_time: '09:00', end_time: '17:00' });
        return objectOf((await get(id)).body).tuesday === true ? 'on' : 'off';
      },
    }),
    observe({
      id: 'schedules.end-before-start',
      says: 'What is the answer to a schedule that ends before it begins?',
      guess: '400 1101',
      see: async (lab) =>
        outcome(await (await schedules(lab)).create({ ...always, start_time: '18:00', end_time: '09:00' })),
    }),
  ],
};
