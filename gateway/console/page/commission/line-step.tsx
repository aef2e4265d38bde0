/** To which line the sensor is connected: a serial port of the box, or a line behind TCP. */
import { useState } from 'preact/hooks';
import type { LineFound } from '../../../commission/answers.ts';
import { Trouble, useAnswer } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say as page } from '../words.ts';
import { EMPTY, type StepOptions } from './draft.ts';
import { TextField } from './fields.tsx';
import { say } from './words.ts';

const maxLines = 64;

export function LineStep({ draft, next }: StepOptions) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { answer, trouble, again } = useAnswer(() => door.lines<LineFound>('list-lines', {}, maxLines), 'lines');
  const [typed, setTyped] = useState(draft.line?.path ?? '');
  const [isBad, setIsBad] = useState(false);
  const use = (line: LineFound) => {
    // Another line has something else at its end; what was entered of the place may well stay.
    const isSame = line.path === draft.line?.path && !draft.isWritten;
    const { step: _, levels: __, ...fresh } = EMPTY;
    const { placeName, lat, lon } = draft;
    next(isSame ? { line } : { ...fresh, placeName, lat, lon, line });
  };
  const useTyped = (event: Event) => {
    event.preventDefault();
    const path = typed.trim();
    const isLine = /^\/\S+$/.test(path) || /^tcp:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/.test(path);
    setIsBad(!isLine);
    if (!isLine) return;
    use(answer?.find((line) => line.path === path || line.stablePath === path) ?? { path });
  };
  return (
    <>
      <p>{say.whichLine()[language]}</p>
      <Trouble text={trouble} />
      {answer === undefined && trouble === undefined && <p>{page.opening()[language]}</p>}
      {answer?.length === 0 && <p>{say.noLines()[language]}</p>}
      <ul class="choices">
        {answer?.map((line) => (
          <li key={line.path}>
            <button type="button" class="choice" onClick={() => use(line)}>
              <strong>{line.path}</strong>
              <LineFacts line={line} />
            </button>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" onClick={again}>
          {say.lookAgain()[language]}
        </button>
      </div>
      <form class="card" onSubmit={useTyped}>
        <TextField label={say.typeLine()} hint={say.typeLineHint()} value={typed} change={setTyped} />
        <Trouble text={isBad ? say.badLine() : undefined} />
        <button type="submit">{say.useThis()[language]}</button>
      </form>
    </>
  );
}

/** Of another line nothing is known any more. */
function LineFacts({
  line: { maker = '', serialNumber = '', stablePath, heldBy, devices = [] },
}: {
  readonly line: LineFound;
}) {
  const language = useLanguage();
  return (
    <>
      {serialNumber !== '' && (
        <span>
          {
            (maker === '' ? say.adapterSerial({ serial: serialNumber }) : say.adapter({ maker, serial: serialNumber }))[
              language
            ]
          }
        </span>
      )}
      {serialNumber === '' && maker !== '' && <span>{maker}</span>}
      {stablePath !== undefined && <span class="path">{stablePath}</span>}
      {heldBy !== undefined && (
        <span class="doubt">
          {
            (devices.length === 0
              ? say.heldByNone({ port: heldBy })
              : say.heldBy({ port: heldBy, devices: devices.join(', ') }))[language]
          }
        </span>
      )}
    </>
  );
}
