/** Cards, events and tasks of a file one by one, each with its line, so that a bad one spoils no other. Pure, bounded. */
import { shortened } from '../record/characters.ts';
import { contentLines, LONGEST_LINE, propertyOf, type Property } from './content-lines.ts';

/** A component of vCard or iCalendar: what stands between BEGIN and END. */
export interface Component {
  /** In upper case: `VCARD`. */
  readonly name: string;
  /** Of its BEGIN in the file, from 1. */
  readonly line: number;
  readonly properties: readonly Property[];
  readonly components: readonly Component[];
}

export type ProblemReason =
  /** A line is no property. */
  | 'bad-line'
  /** A component does not end, or something else ends in it. */
  | 'not-closed'
  /** Longer, deeper or more than a record may be. */
  | 'too-large'
  /** A component of another kind. */
  | 'unsupported'
  /** What the record must have is missing or cannot be read. */
  | 'bad-value'
  /** There is no card, event or task at all. */
  | 'nothing-found';

/** Why a part of a file is not read; the others are. */
export interface ExchangeProblem {
  /** From 1. */
  readonly line: number;
  readonly reason: ProblemReason;
  readonly detail: string;
}

export type ComponentOutcome =
  | { readonly ok: true; readonly component: Component }
  | { readonly ok: false; readonly problem: ExchangeProblem };

/** Nothing that is read has more levels than an event with its alarm. */
const DEEPEST = 8;
const MOST_PROPERTIES = 20_000;
/** Of all lines of one component together; a picture and notes are far less. */
const MOST_TEXT = LONGEST_LINE;

/** Holds components; what it says itself is of no use to records. */
const CALENDAR = 'VCALENDAR';

interface Open {
  readonly name: string;
  readonly line: number;
  readonly properties: Property[];
  readonly components: Component[];
}

/** The outermost components of a text, those of a VCALENDAR in its place. `kinds`: which of them begin anew wherever they begin. */
export function* readComponents(text: string, kinds: readonly string[]): Generator<ComponentOutcome> {
  let open: Open[] = [];
  let problem: ExchangeProblem | undefined;
  let [properties, length, found] = [0, 0, 0];

  const bad = (line: number, reason: ProblemReason, detail: string) => {
    problem ??= { line, reason, detail };
  };
  /** The outermost component, whole or not, after which there is none open. */
  const finished = (): ComponentOutcome[] => {
    const [component] = open;
    const failure = problem;
    [open, problem, properties, length] = [[], undefined, 0, 0];
    if (failure !== undefined) return [{ ok: false, problem: failure }];
    return component === undefined ? [] : [{ ok: true, component }];
  };
  const unfinished = (): ComponentOutcome[] => {
    const [outermost] = open;
    if (outermost !== undefined) bad(outermost.line, 'not-closed', `${outermost.name} does not end`);
    return finished();
  };

  for (const { number, text: line } of contentLines(text)) {
    const [, edge = '', given = ''] = /^(BEGIN|END):(.*)$/i.exec(line.slice(0, 200).trim()) ?? [];
    const name = given.trim().toUpperCase();
    if (edge === '') {
      const current = open.at(-1);
      if (current === undefined || problem !== undefined) continue;
      properties += 1;
      length += line.length;
      const outermost = open[0]?.line ?? number;
      if (properties > MOST_PROPERTIES)
        bad(outermost, 'too-large', `more than ${MOST_PROPERTIES} properties`);
      else if (length > MOST_TEXT) bad(outermost, 'too-large', `more than ${MOST_TEXT} characters`);
      else {
        const property = propertyOf(line);
        if (property === undefined) bad(number, 'bad-line', shortened(line));
        else current.properties.push(property);
      }
    } else if (edge.toUpperCase() === 'BEGIN') {
      if (kinds.includes(name) || name === CALENDAR) yield* unfinished();
      if (name === CALENDAR) continue;
      found += 1;
      const component: Open = { name, line: number, properties: [], components: [] };
      if (open.length >= DEEPEST) bad(number, 'too-large', `more than ${DEEPEST} levels`);
      else open.at(-1)?.components.push(component);
      // Levels beyond are counted only, so that their ends are known for what they are.
      if (open.length <= MOST_PROPERTIES) open.push(component);
    } else if (name === CALENDAR) yield* unfinished();
    else if (open.at(-1)?.name === name) {
      if (open.length === 1) yield* finished();
      else open.pop();
    } else if (open.length > 0)
      bad(number, 'not-closed', `END:${shortened(name)} within ${open.at(-1)?.name ?? ''}`);
  }
  yield* unfinished();
  if (found === 0)
    yield { ok: false, problem: { line: 1, reason: 'nothing-found', detail: kinds.join(', ') } };
}

/** The properties of a component by their names, each in the order of the file. */
export function propertiesOf(component: Component): ReadonlyMap<string, readonly Property[]> {
  const byName = new Map<string, Property[]>();
  for (const property of component.properties) {
    const others = byName.get(property.name);
    if (others === undefined) byName.set(property.name, [property]);
    else others.push(property);
  }
  return byName;
}
