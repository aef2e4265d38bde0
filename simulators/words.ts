import { sentences } from '../shared/text.ts';

export const say = sentences('simulators', {
  rival: {
    en: 'Two boxes speak in the name of {gateway} ({tenant}): it began epoch {epoch} again after a later one. Was its card copied?',
    ja: '{gateway}（{tenant}）の名前で2台の機器が送信しています。後のエポックが始まった後に、以前のエポック {epoch} が再び始まりました。カードが複製されていませんか',
  },
  conflict: {
    en: '{gateway} ({tenant}) has sent another batch under a number of epoch {epoch} that is stored: it was set back, or copied, while it ran',
    ja: '{gateway}（{tenant}）が、エポック {epoch} の保存済みの番号で別のバッチを送信しました。稼働中に以前の状態へ戻されたか、複製されています',
  },
  otherGateway: { en: 'it names the gateway {gateway}', ja: 'ゲートウェイ名が {gateway} になっています' },
  publishUnderName: {
    en: 'Publish under the name in the message',
    ja: 'メッセージにある名前のトピックで送信してください',
  },
  tooManyFeeds: {
    en: 'the city OS cannot take any more feeds',
    ja: '都市OSが扱えるフィードの数に達しました',
  },
  newFile: { en: 'Start the stand-in with a new file', ja: '新しいファイルで起動し直してください' },
  noPty: { en: 'there are no pseudo-terminals here', ja: '疑似端末を使えません' },
  installPty: {
    en: 'Install it (npm install @lydell/node-pty) or let the simulators use tcp',
    ja: 'npm install @lydell/node-pty でインストールするか、模擬機器でtcpを使ってください',
  },
  linkTaken: {
    en: 'something other than a symbolic link is there',
    ja: 'シンボリックリンク以外のものが既にあります',
  },
  otherLink: { en: 'Name another place for the link', ja: 'リンクの場所を変えてください' },
  cannotListen: { en: 'cannot listen ({why})', ja: '待ち受けできません（{why}）' },
  otherPort: {
    en: 'Name another port, or none for a free one',
    ja: '別のポートを指定するか、省略して空きポートを使ってください',
  },
  noFault: { en: 'there is no fault {name} here', ja: 'ここには障害 {name} がありません' },
  useFault: { en: 'Use one of {known}', ja: '次のいずれかを指定してください: {known}' },
  noFaultSetting: { en: 'the fault {fault} has no setting {name}', ja: '障害 {fault} に設定 {name} はありません' },
  leaveOut: { en: 'Leave it out', ja: '指定を外してください' },
  faultBeyond: {
    en: '{name} of the fault {fault} cannot be {value}',
    ja: '障害 {fault} の {name} に {value} は指定できません',
  },
  between: { en: 'Use a number from {min} to {max}', ja: '{min}～{max}の数値を指定してください' },
});
