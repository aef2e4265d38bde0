/** The configuration file: read, changed after a check that says what is wrong and what would differ, and earlier versions of it. */
import './configuration.css';
import { useRef, useState } from 'preact/hooks';
import { listed, type Text } from '../../../../shared/text.ts';
import type { Checked } from '../../../config/followed-file.ts';
import type { Changed, ConfigFile } from '../../../control/config-actions.ts';
import { momentText } from '../format.ts';
import { Done, Title, Trouble, useAnswer, useDoing } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { say as sayPage } from '../words.ts';
import { Finding } from './finding.tsx';
import { type Editing, TextEditor } from './text-editor.tsx';
import { Versions } from './versions.tsx';
import { say } from './words.ts';

type Read = ConfigFile & { readonly versions: readonly string[] };

export function Configuration() {
  const language = useLanguage();
  const { door } = useSignedIn();
  return (
    <>
      <Title>{sayPage.configuration()[language]}</Title>
      <Standing />
      {door.mayChange ? <File /> : <p>{say.onlyTechnicians()[language]}</p>}
    </>
  );
}

/** Whether a version is on trial, or the last change was taken back. */
function Standing() {
  const language = useLanguage();
  const standing = useLive(({ status }) => status?.configuration);
  const { trialUntil, takenBack } = standing ?? {};
  const time = (at: number) => momentText(at, language);
  return (
    <div role="status">
      {trialUntil !== undefined && <p class="notice">{say.onTrial({ time: time(trialUntil) })[language]}</p>}
      {takenBack !== undefined && (
        <p class="notice">
          {(takenBack.why === 'not-reached' ? say.takenBack : say.notStarted)({ time: time(takenBack.at) })[language]}
        </p>
      )}
    </div>
  );
}

function File() {
  const { door } = useSignedIn();
  const takenBackAt = useLive(({ status }) => status?.configuration.takenBack?.at);
  const { answer, trouble, again } = useAnswer(() => door.json<Read>('read-config', {}), takenBackAt);
  const doing = useDoing(); // what became of a change is still to be read when the changed text is shown
  if (answer === undefined) return <Trouble text={trouble} />;
  return (
    <>
      <Trouble text={trouble ?? doing.trouble} />
      <Done text={doing.done} />
      <Edited key={answer.digest} read={answer} again={again} doing={doing} />
    </>
  );
}

interface EditedOptions {
  readonly read: Read;
  readonly again: () => void;
  readonly doing: ReturnType<typeof useDoing>;
}

function Edited({ read, again, doing: { isBusy, act } }: EditedOptions) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const [text, setText] = useState(read.text);
  const [found, setFound] = useState<Checked>();
  const editor = useRef<Editing>(null);
  const write = (next: string) => {
    setText(next);
    setFound(undefined);
  };
  const check = () =>
    act(async () => {
      setFound(await door.json<Checked>('check-config', { text, base: read.digest }));
      return undefined;
    });
  const takeUp = () =>
    act(async () => {
      const changed =
        text === read.text
          ? { ...(await door.json<Changed>('apply-config', {})), notes: [], lines: [] }
          : await door.json<Changed>('change-config', { text, base: read.digest });
      again();
      return becameOf(changed);
    });
  const mayTakeUp = found !== undefined && found.faults.length === 0 && (text !== read.text || !read.runs);
  return (
    <>
      <section class="card" aria-labelledby="config-file">
        <h2 id="config-file" class="path">
          <code>{read.file}</code>
        </h2>
        <p>{(read.runs ? say.runs : say.runsNot)()[language]}</p>
        <TextEditor label={say.text()} text={text} write={write} editing={editor} />
        <div class="actions">
          <button type="button" class={mayTakeUp ? '' : 'main'} disabled={isBusy} onClick={check}>
            {say.check()[language]}
          </button>
          {mayTakeUp && (
            <button type="button" class="main" disabled={isBusy} onClick={takeUp}>
              {say.takeUp()[language]}
            </button>
          )}
          {text !== read.text && (
            <button type="button" disabled={isBusy} onClick={() => write(read.text)}>
              {say.startOver()[language]}
            </button>
          )}
        </div>
        {found !== undefined && <Finding found={found} goTo={(line) => editor.current?.goTo(line)} />}
      </section>
      <Versions names={read.versions} show={write} />
    </>
  );
}

function becameOf({ outcome, ports, destinations }: Changed): Text {
  if (outcome === 'same') return say.same();
  if (outcome === 'restarts') return say.restarts();
  const parts = [...ports, ...destinations];
  return parts.length === 0 ? say.appliedQuietly() : say.applied({ parts: listed(parts) });
}
