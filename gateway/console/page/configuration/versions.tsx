/** The versions that the gateway has run with. One is looked at in the editor, and taken up from there like any other text. */
import { momentText } from '../format.ts';
import { Done, Trouble, useDoing } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say } from './words.ts';

interface Options {
  /** The newest first. */
  readonly names: readonly string[];
  readonly show: (text: string) => void;
}

export function Versions({ names, show }: Options) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, done, act } = useDoing();
  const look = (version: string) =>
    act(async () => {
      show((await door.json<{ readonly text: string }>('read-config-version', { version })).text);
      return say.shown();
    });
  return (
    <section class="card" aria-labelledby="config-versions">
      <h2 id="config-versions">{say.versions()[language]}</h2>
      {names.length === 0 && <p>{say.noVersions()[language]}</p>}
      <Trouble text={trouble} />
      <Done text={done} />
      <ul class="versions">
        {names.map((name) => (
          <li key={name}>
            {say.version({ time: momentText(takenUpAt(name), language) })[language]}{' '}
            <button type="button" disabled={isBusy} onClick={() => look(name)}>
              {say.showVersion()[language]}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A version is called by the time at which it was taken up, as a file's name can say it: "2026-11-26T17-20-05.123Z.toml". */
function takenUpAt(name: string): number {
  return Date.parse(name.replace(/^(.{13})-(..)-(.*)\.toml$/, '$1:$2:$3'));
}
