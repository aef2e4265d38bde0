import { sentences } from '../../shared/text.ts';

export const say = sentences('codec', {
  // The file
  sourceTooLarge: {
    en: 'a codec of {bytes} bytes is too large; at most {max} are read',
    ja: 'コーデックの{bytes}バイトは大きすぎます。読み込めるのは{max}バイトまでです',
  },
  notABundle: {
    en: 'Check that this is the codec itself, not a bundle of something else',
    ja: 'ほかのものをまとめたファイルではなく、コーデックそのものか確認してください',
  },
  unreadable: { en: 'the codec cannot be read ({why})', ja: 'コーデックを読み込めません（{why}）' },
  checkPath: { en: 'Check the path and the permissions', ja: 'パスと権限を確認してください' },

  // The input
  badInput: {
    en: 'The input of {function} is wrong at "{path}": {why}',
    ja: '{function}への入力の「{path}」に誤りがあります: {why}',
  },
  inputTooLong: {
    en: 'The input of {function} has {length} characters; at most {max} are accepted',
    ja: '{function}への入力は{length}文字ですが、受け付けるのは{max}文字までです',
  },
  inputNotJson: {
    en: 'The input of {function} cannot be written as JSON',
    ja: '{function}への入力をJSONにできません',
  },

  // The call
  tooManyBytes: {
    en: '{codec}: a codec may have at most {max} bytes',
    ja: '{codec}: コーデックの上限は{max}バイトです',
  },
  suspended: {
    en: '{codec} reached a limit of time or memory; it is called again in {seconds} s',
    ja: '{codec}は時間またはメモリーの上限に達しました。{seconds}秒後に再び呼び出します',
  },
  busy: {
    en: '{codec}: {max} calls of the project {project} are waiting already',
    ja: '{codec}: プロジェクト{project}の呼び出しがすでに{max}件待っています',
  },
  closed: { en: 'The codecs were closed', ja: 'コーデックの実行は終了しています' },
  noFunction: { en: '{codec} has no function {function}', ja: '{codec}に関数{function}がありません' },
  tooSlow: { en: '{codec}: it took longer than {ms} ms', ja: '{codec}: {ms} msを超えました' },
  endedFromOutside: {
    en: '{codec}: it took longer than {ms} ms and had to be ended from outside',
    ja: '{codec}: {ms} msを超えたため、外から終了させました',
  },
  memoryFull: {
    en: '{where}: the memory of the sandbox is full',
    ja: '{where}: サンドボックスのメモリーがいっぱいです',
  },
  stackFull: {
    en: '{where}: the stack of the sandbox is full; does a function call itself?',
    ja: '{where}: サンドボックスのスタックがいっぱいです。自分自身を呼び出す関数がありませんか',
  },
  workerMemoryFull: {
    en: '{codec}: the memory of the worker is full',
    ja: '{codec}: ワーカーのメモリーがいっぱいです',
  },
  brokeSandbox: {
    en: '{why}: it filled the stack or the memory',
    ja: '{why}: スタックまたはメモリーを使い切りました',
  },
  threw: { en: '{where}: {said}', ja: '{where}: {said}' },
  line: { en: '{codec} line {line}', ja: '{codec} {line}行目' },
  nothingSaid: { en: 'no reason given', ja: '説明なし' },

  // The output
  outputTooLarge: {
    en: '{codec}: what {function} returned is too large',
    ja: '{codec}: {function}の戻り値が大きすぎます',
  },
  badOutput: { en: '{codec}: {function}: {what}', ja: '{codec}: {function}: {what}' },
  unwritable: {
    en: 'what it returned cannot be written as JSON ({why})',
    ja: '戻り値をJSONにできません（{why}）',
  },
  notJson: { en: 'what it returned cannot be written as JSON', ja: '戻り値をJSONにできません' },
  tooDeep: {
    en: 'what it returned is nested more than {max} deep',
    ja: '戻り値の入れ子が{max}段を超えています',
  },
  returnedPromise: {
    en: 'it returned a promise; a codec has to answer at once',
    ja: 'Promiseを返しました。コーデックはすぐに結果を返す必要があります',
  },
  returnedNothing: { en: 'it returned nothing', ja: '何も返しませんでした' },
  returnedType: { en: 'it returned a value of type {type}', ja: '型が{type}の値を返しました' },
  notObject: { en: 'it did not return an object', ja: 'オブジェクトを返しませんでした' },
  dataNotObject: { en: 'the data is not an object', ja: 'dataがオブジェクトではありません' },
  notBytes: {
    en: 'the bytes are not a list of numbers from 0 to 255',
    ja: 'bytesが0～255の数値の配列ではありません',
  },
  badPort: { en: 'the fPort is not a number from 0 to 255', ja: 'fPortが0～255の数値ではありません' },
  endedSandbox: { en: "it ended the sandbox's own code", ja: 'サンドボックス自身のコードを終了させました' },

  // The sandbox
  noAnswer: { en: 'The codec sandbox does not answer', ja: 'コーデックのサンドボックスが応答しません' },
  sandboxEnded: { en: 'The codec sandbox ended', ja: 'コーデックのサンドボックスが終了しました' },
  sandboxFailed: {
    en: 'The codec sandbox failed ({why})',
    ja: 'コーデックのサンドボックスに障害が起きました（{why}）',
  },
  notStarted: {
    en: 'The codec sandbox cannot be started ({why})',
    ja: 'コーデックのサンドボックスを起動できません（{why}）',
  },
  notLoaded: { en: 'The codec is not loaded', ja: 'コーデックが読み込まれていません' },
});
