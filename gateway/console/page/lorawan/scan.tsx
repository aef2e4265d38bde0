/** Scans the QR code of a device, by the camera or a photo, and says what is in it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type CodeFault, type DeviceCode, readDeviceCode } from '../../../../shared/device-code.ts';
import { foreign, type Text } from '../../../../shared/text.ts';
import { Done, Fact, Trouble } from '../parts.tsx';
import { useLanguage } from '../surroundings.tsx';
import type { Registered } from './answers.ts';
import { say } from './words.ts';

const lookEveryMs = 150;

const FAULTS: Readonly<Record<CodeFault, (gaps: { readonly text: string }) => Text>> = {
  'no-device': say.noDevice,
  several: say.several,
  'other-schema': say.otherSchema,
  malformed: say.malformed,
  'bad-checksum': say.badChecksum,
  'no-eui': say.noEui,
};

interface ScanOptions {
  readonly registered: readonly Registered[];
  /** A device that is not registered yet. */
  readonly found: (code: DeviceCode) => void;
}

export function Scan({ registered, found }: ScanOptions) {
  const language = useLanguage();
  const [trouble, setTrouble] = useState<Text>();
  const [done, setDone] = useState<Text>();
  const [code, setCode] = useState<DeviceCode>();
  const take = (text: string) => {
    const read = readDeviceCode(text);
    setDone(undefined);
    setCode(read.ok ? read.code : undefined);
    if (!read.ok) return setTrouble(FAULTS[read.fault]({ text: read.text }));
    const { devEui } = read.code;
    const known = registered.find((each) => each.devEui === devEui);
    setTrouble(known && say.alreadyHere({ devEui, id: known.id }));
    if (known !== undefined) return;
    setDone(say.found({ devEui }));
    found(read.code);
  };
  return (
    <section class="card scanner" aria-labelledby="scan">
      <h2 id="scan">{say.title()[language]}</h2>
      <p class="small">{say.lead()[language]}</p>
      <Camera take={take} trouble={setTrouble} />
      <Photo take={take} trouble={setTrouble} />
      <Trouble text={trouble} />
      <Done text={done} />
      {code !== undefined && <Contents code={code} />}
    </section>
  );
}

interface SourceOptions {
  readonly take: (text: string) => void;
  readonly trouble: (text: Text | undefined) => void;
}

/** It ends with the first code that is read, and with the page. */
function Camera({ take, trouble }: SourceOptions) {
  const language = useLanguage();
  const [isOn, setOn] = useState(false);
  const [isSeen, setSeen] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current;
    if (!isOn || shown === null) return;
    let isWanted = true;
    let looking: ReturnType<typeof setInterval> | undefined;
    let stream: MediaStream | undefined;
    const begin = async () => {
      const { readVideo } = await import('./read-picture.ts');
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (!isWanted) return stop(stream);
      shown.srcObject = stream;
      await shown.play();
      setSeen(true);
      looking = setInterval(() => {
        const text = readVideo(shown);
        if (text === undefined || !isWanted) return;
        setOn(false);
        take(text);
      }, lookEveryMs);
    };
    begin().catch((fault) => {
      if (!isWanted) return;
      trouble(say.noCamera({ why: foreign(fault instanceof Error ? fault.message : String(fault)) }));
      setOn(false);
    });
    return () => {
      isWanted = false;
      clearInterval(looking);
      if (stream !== undefined) stop(stream);
      setSeen(false);
    };
  }, [isOn]);
  if (!isSecureContext || navigator.mediaDevices === undefined) return <p>{say.notSecure()[language]}</p>;
  return (
    <>
      <button
        type="button"
        class={isOn ? '' : 'main'}
        onClick={() => {
          trouble(undefined);
          setOn(!isOn);
        }}
      >
        {(isOn ? say.stopCamera : say.useCamera)()[language]}
      </button>
      {isOn && (
        <>
          <p role="status">{(isSeen ? say.holdStill : say.starting)()[language]}</p>
          <video ref={video} muted playsInline aria-label={say.holdStill()[language]} />
        </>
      )}
    </>
  );
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Works everywhere, also without TLS. */
function Photo({ take, trouble }: SourceOptions) {
  const language = useLanguage();
  const [isBusy, setBusy] = useState(false);
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    trouble(undefined);
    setBusy(true);
    try {
      const { readPhoto } = await import('./read-picture.ts');
      const text = await readPhoto(file);
      if (text === undefined) trouble(say.noCode());
      else take(text);
    } catch (fault) {
      trouble(say.noPicture({ why: foreign(fault instanceof Error ? fault.message : String(fault)) }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <label class="field">
      <span>{say.usePhoto()[language]}</span>
      <input
        type="file"
        accept="image/*"
        disabled={isBusy}
        onChange={({ currentTarget }) => {
          void read(currentTarget.files?.[0]);
          currentTarget.value = ''; // so that the same can be chosen again
        }}
      />
      {isBusy && <span role="status">{say.reading()[language]}</span>}
    </label>
  );
}

function Contents({ code }: { readonly code: DeviceCode }) {
  const language = useLanguage();
  const { devEui, joinEui, vendor, model, serial, ownerToken, proprietary, others, hasKey } = code;
  const parts: readonly { readonly name: Text; readonly value: string | undefined }[] = [
    { name: foreign('DevEUI'), value: devEui },
    { name: foreign('JoinEUI'), value: joinEui },
    { name: say.maker(), value: vendor },
    { name: say.model(), value: model },
    { name: say.serial(), value: serial },
    { name: say.ownerToken(), value: ownerToken },
    { name: say.proprietary(), value: proprietary },
    { name: say.others(), value: others.join(' · ') },
  ];
  return (
    <>
      <dl class="facts">
        {parts.map(({ name, value = '' }) =>
          value === '' ? null : (
            <Fact key={name[language]} name={name}>
              <code>{value}</code>
            </Fact>
          ),
        )}
      </dl>
      {hasKey && <p>{say.hasKey()[language]}</p>}
    </>
  );
}
