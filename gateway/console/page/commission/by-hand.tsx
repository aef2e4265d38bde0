/** What is connected, said by whoever knows it: the type, and for a serial port the speed. */
import { useState } from 'preact/hooks';
import type { LineFound, TypeFound } from '../../../commission/answers.ts';
import { Trouble, useAnswer } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say as page } from '../words.ts';
import type { Chosen } from './draft.ts';
import { say } from './words.ts';

const maxTypes = 100;
const SPEEDS = [9600, 115_200, 19_200, 4800, 38_400, 57_600, 2400, 1200];

interface ByHandOptions {
  readonly line: LineFound | undefined;
  /** "9600 8N1", where something was recognised. */
  readonly setting: string | undefined;
  readonly choose: (chosen: Chosen, settings: Readonly<Record<string, string>>) => void;
}

export function ByHand({ line, setting, choose }: ByHandOptions) {
  const language = useLanguage();
  const { answer: types = [], trouble } = useTypes();
  const [name, setName] = useState('');
  const [baud, setBaud] = useState(Number.parseInt(setting ?? '', 10) || 9600);
  const path = line?.stablePath ?? line?.path ?? '';
  const isTcp = path.startsWith('tcp://');
  const use = (event: Event) => {
    event.preventDefault();
    const type = types.find((each) => each.name === name) ?? types[0];
    if (type !== undefined) choose(chosenByHand(type, path, baud), {});
  };
  return (
    <details class="card">
      <summary>{say.byHand()[language]}</summary>
      <Trouble text={trouble} />
      <form onSubmit={use}>
        <label class="field">
          <span>{page.type()[language]}</span>
          <select value={name} onChange={({ currentTarget }) => setName(currentTarget.value)}>
            {types.map((type) => (
              <option key={type.name} value={type.name}>
                {`${type.name} – ${type.summary[language]}`}
              </option>
            ))}
          </select>
        </label>
        {!isTcp && (
          <label class="field">
            <span>{say.speed()[language]}</span>
            <select value={String(baud)} onChange={({ currentTarget }) => setBaud(Number(currentTarget.value))}>
              {SPEEDS.map((each) => (
                <option key={each} value={String(each)}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="submit">{say.chooseType()[language]}</button>
      </form>
    </details>
  );
}

/** Every device type, with its settings. */
export function useTypes() {
  const { door } = useSignedIn();
  return useAnswer(() => door.lines<TypeFound>('list-types', {}, maxTypes), 'types');
}

/** A port of the line, and a device of nothing but its type: what it needs besides is asked for next. */
function chosenByHand({ name, kinds }: TypeFound, path: string, baud: number): Chosen {
  const isTcp = path.startsWith('tcp://');
  const port = isTcp
    ? { name: portName(path), type: 'tcp', address: path.slice('tcp://'.length) }
    : { name: portName(path), type: 'serial', path, baud };
  return {
    ...{ type: name, isByHand: true, hasLevel: kinds.includes('water-level') && kinds.length <= 2, port },
    ...(!isTcp && { setting: String(baud) }),
    device: { type: name },
  };
}

/** After the file or the address: "ttyusb0". */
function portName(path: string): string {
  const whole = path.startsWith('tcp://') ? path : (path.split('/').at(-1) ?? '');
  const plain = whole
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 32)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'line' : plain;
}
