import { sentences } from '../../../shared/text.ts';

/** Changing a configuration. */
export const say = sentences('cli.config', {
  set: { en: 'change settings in a configuration', ja: '設定ファイルの項目を変更' },
  setSetting: { en: 'device.gauge-01.schedule="*/5 * * * *"', ja: '例: device.gauge-01.schedule="*/5 * * * *"' },
  setNote: {
    en: 'Comments and order stay. The file is checked first: if anything is wrong, nothing is changed.',
    ja: 'コメントと順序はそのまま残ります。先に検査し、誤りがあれば何も変更しません。',
  },
  trialNote: {
    en: 'A running gateway takes it up at once: only the ports and destinations that change are opened again. If the city OS cannot be reached with it, the last version comes back.',
    ja: '稼働中のゲートウェイにはすぐ反映され、変更のあったポートと送信先だけが開き直されます。都市OSに接続できなくなった場合は、前の版に自動で戻ります。',
  },
  add: { en: 'add a port, device, destination or output', ja: 'ポート、機器、送信先、出力を追加' },
  addTable: {
    en: 'port, device, destination, output, profile or project',
    ja: 'port、device、destination、output、profile、project のいずれか',
  },
  addSetting: { en: 'id=gauge-02 type=maxbotix port=bridge', ja: '例: id=gauge-02 type=maxbotix port=bridge' },
  addNote: {
    en: 'Settings inside a table: place.lat=34.3',
    ja: '表の中の項目は place.lat=34.3 のように書きます',
  },
  remove: { en: 'remove a setting, port, device, destination or output', ja: '項目、ポート、機器、送信先、出力を削除' },
  removeSetting: {
    en: 'device.gauge-01, or device.gauge-01.schedule',
    ja: '例: device.gauge-01、device.gauge-01.schedule',
  },
  apply: { en: 'have the running gateway take up its configuration', ja: '設定ファイルを稼働中のゲートウェイに反映' },
  applyNote: { en: 'After the file was edited by hand.', ja: 'ファイルを直接編集したあとに使います。' },
  undo: { en: 'go back to an earlier version of a configuration', ja: '設定を以前の版に戻す' },
  undoVersion: {
    en: 'as --list names it (default: the last other one)',
    ja: '--list に表示される名前（既定値: 一つ前の版）',
  },
  undoList: { en: 'list the versions instead', ja: '版の一覧を表示' },

  notAssignment: {
    en: '"{word}" is not of the form setting=value',
    ja: '「{word}」は「項目=値」の形ではありません',
  },
  nothingChanged: { en: 'Nothing was changed.', ja: '何も変更していません。' },
  isSoAlready: { en: 'It is so already.', ja: 'すでにその内容です。' },
  noneRuns: {
    en: 'The file is written. No gateway runs with it now; the next start reads it.',
    ja: 'ファイルに書き込みました。稼働中のゲートウェイはないため、次の起動時に読み込まれます。',
  },
  writtenOnly: {
    en: 'The file is written; the gateway goes on with the last version.',
    ja: 'ファイルには書き込みましたが、ゲートウェイは前の版のまま稼働を続けます。',
  },
  same: { en: 'The gateway runs with it already.', ja: 'ゲートウェイはすでにこの内容で稼働しています。' },
  restarts: { en: 'The gateway starts anew with it.', ja: 'ゲートウェイがこの内容で起動し直します。' },
  applied: {
    en: 'Taken up: {parts}. Everything else runs on.',
    ja: '反映しました: {parts}。ほかはそのまま稼働を続けます。',
  },
  appliedWithoutParts: { en: 'Taken up. Everything runs on.', ja: '反映しました。すべてそのまま稼働を続けます。' },
  onTrial: {
    en: 'If the city OS is not reached within {minutes} min, the last version comes back.',
    ja: '{minutes}分以内に都市OSに接続できなければ、前の版に戻ります。',
  },
  goesBackTo: { en: 'Back to {version}', ja: '{version} に戻します' },
});
