import { sentences } from '../../../../shared/text.ts';

/** The steps. The site sheet has its own. */
export const say = sentences('console-commission', {
  lead: {
    en: 'From the cable to the receipt of the city OS, step by step. What you enter stays in this browser until you finish, also if the phone sleeps.',
    ja: 'ケーブルの接続から都市OSの受領確認まで、順に進みます。途中で画面が消えても、入力した内容は終わるまでこのブラウザーに残ります。',
  },
  techniciansOnly: {
    en: 'Only technicians commission devices. Sign in as a technician.',
    ja: '機器の設置は技術者だけが行えます。技術者のアカウントでサインインしてください。',
  },
  position: { en: 'Step {step} of {all}', ja: 'ステップ {step}/{all}' },
  steps: { en: 'Steps', ja: '手順' },
  back: { en: 'Back', ja: '戻る' },
  next: { en: 'Continue', ja: '次へ' },
  startOver: { en: 'Start over', ja: '最初からやり直す' },
  startOverSure: {
    en: 'What you entered here is forgotten. What was already written on the box stays.',
    ja: 'ここで入力した内容は消えます。ボックスに書き込み済みの設定は残ります。',
  },
  keepGoing: { en: 'Keep it', ja: 'このまま続ける' },

  lineStep: { en: 'Line', ja: '回線' },
  listenStep: { en: 'Recognise', ja: '機器の判別' },
  placeStep: { en: 'Name and place', ja: '名前と場所' },
  thresholdsStep: { en: 'Warning levels', ja: '基準水位' },
  writeStep: { en: 'Write', ja: '書き込み' },
  liveStep: { en: 'Live value', ja: '現在値' },
  testStep: { en: 'Test to the city OS', ja: '都市OSへのテスト' },

  whichLine: { en: 'To which line is the sensor connected?', ja: 'センサーはどの回線に接続しましたか。' },
  noLines: {
    en: 'The box sees no serial port. Plug in the adapter and look again, or type the line below.',
    ja: 'シリアルポートが見つかりません。アダプターを接続してもう一度確認するか、下に回線を入力してください。',
  },
  lookAgain: { en: 'Look again', ja: 'もう一度確認' },
  adapter: { en: '{maker}, serial number {serial}', ja: '{maker}、製造番号 {serial}' },
  adapterSerial: { en: 'Serial number {serial}', ja: '製造番号 {serial}' },
  heldBy: {
    en: 'In use as port {port} ({devices}). While it is listened to, its readings pause; afterwards they go on.',
    ja: 'ポート {port} として使用中です（{devices}）。調べている間は測定が止まり、終わると再開します。',
  },
  heldByNone: {
    en: 'Configured as port {port}, without a device.',
    ja: 'ポート {port} として設定済みです（機器なし）。',
  },
  typeLine: { en: 'Another line', ja: 'ほかの回線' },
  typeLineHint: {
    en: 'A serial port such as /dev/ttyUSB0, or a serial server: tcp://10.0.0.5:4001',
    ja: '/dev/ttyUSB0 のようなシリアルポート、またはシリアルサーバー: tcp://10.0.0.5:4001',
  },
  badLine: {
    en: 'Write a path that begins with / or tcp://host:port.',
    ja: '/ で始まるパス、または tcp://ホスト:ポート を入力してください。',
  },
  useThis: { en: 'Use this line', ja: 'この回線を使う' },

  listen: { en: 'Listen', ja: '調べる' },
  listenAgain: { en: 'Listen again', ja: 'もう一度調べる' },
  listenLead: {
    en: 'The box listens at every speed for up to 30 s. Only if nothing comes does it ask, and it only reads: nothing is changed in the device.',
    ja: '最長30秒間、各通信速度で受信を試みます。何も届かないときだけ問い合わせますが、読み出しだけで、機器の設定は変えません。',
  },
  listenOnly: { en: 'Only listen, ask nothing', ja: '受信だけ（問い合わせない）' },
  e220: {
    en: 'For lines with an E220 LoRa module, which sends on whatever is written to it.',
    ja: 'E220 LoRaモジュールがある回線で使います。書き込まれたものをそのまま送信するためです。',
  },
  pausesNow: {
    en: 'Readings of port {port} pause until this is over.',
    ja: 'この間、ポート {port} の測定は止まっています。',
  },
  opens: { en: 'The line is being opened', ja: '回線を開いています' },
  listens: { en: 'Listening', ja: '受信中' },
  listensAt: { en: 'Listening at {setting}', ja: '{setting}で受信中' },
  asks: { en: 'Asking', ja: '問い合わせ中' },
  asksAt: { en: 'Asking at {setting}', ja: '{setting}で問い合わせ中' },
  soFar: {
    en: '{bytes} {bytes:byte|bytes} so far, {seconds} s left',
    ja: '受信 {bytes}バイト、残り{seconds}秒',
  },
  stop: { en: 'Stop', ja: '中止' },
  wasStopped: {
    en: 'It was stopped before its time, as the phone did not ask for 15 s. Listen again and keep this page open.',
    ja: 'スマートフォンからの問い合わせが15秒間なかったため、途中で中止しました。この画面を開いたまま、もう一度調べてください。',
  },
  whatIsIt: { en: 'What is connected?', ja: '接続されている機器' },
  found: { en: 'Recognised', ja: '判別できました' },
  certain: { en: 'Certain: checksums or answers prove it', ja: '確実（検査値または応答で確認）' },
  likely: { en: 'Likely: hardly anything else sends this', ja: 'ほぼ確実（この形式を送る機器はほかにほとんどない）' },
  generic: { en: 'Text lines of an unknown make', ja: '機種不明のテキスト行' },
  byFrames: { en: '{telling} of {frames} frames fit', ja: '{frames}フレーム中{telling}フレームが一致' },
  byAnswers: { en: '{telling} {telling:answer|answers}', ja: '応答{telling}回' },
  unit: { en: 'Unit {unit}', ja: 'ユニット {unit}' },
  unitSays: { en: 'Unit {unit}: “{identity}”', ja: 'ユニット {unit}:「{identity}」' },
  unitFits: { en: 'The shipped profile {profile} fits.', ja: '付属のプロファイル {profile} に一致します。' },
  unitUnknown: {
    en: 'No shipped profile fits; it begins with one register.',
    ja: '付属のプロファイルに一致しません。1つのレジスタから始めます。',
  },
  unitsAsked: {
    en: 'Units up to {unit} were asked before the time was over.',
    ja: '時間内に問い合わせたのはユニット {unit} までです。',
  },
  rawBytes: { en: 'Bytes that came', ja: '受信したバイト列' },
  rawAt: { en: '{setting}: {bytes} {bytes:byte|bytes}', ja: '{setting}: {bytes}バイト' },
  rawCount: { en: '{bytes} {bytes:byte|bytes}', ja: '{bytes}バイト' },
  withheld: {
    en: "The bytes are not shown: they hold addresses of people's devices.",
    ja: '受信したバイト列は表示しません。人の機器のアドレスが含まれるためです。',
  },
  unknown: { en: 'Not recognised', ja: '判別できませんでした' },
  nothingCame: {
    en: 'Nothing came. Check power, wires (RX and TX crossed, A and B) and levels (RS-232, RS-485, TTL), then listen again. A sensor that reports seldom may need several tries; or choose its type by hand.',
    ja: '何も届きませんでした。電源、配線（RXとTXの交差、AとB）、信号レベル（RS-232、RS-485、TTL）を確認して、もう一度調べてください。送信間隔の長いセンサーは何度か試すか、下で種類を選んでください。',
  },
  notKnown: {
    en: "Bytes came, but nothing that any known type sends at any speed. The maker's manual tells the format and the speed; choose the type by hand if you know it.",
    ja: 'データは届きましたが、どの速度でも既知の種類に一致しません。形式と速度はメーカーの説明書で確認し、わかる場合は下で種類を選んでください。',
  },
  byHand: { en: 'Choose the type by hand', ja: '種類を自分で選ぶ' },
  speed: { en: 'Speed (baud)', ja: '通信速度（baud）' },
  chooseType: { en: 'Use this type', ja: 'この種類を使う' },

  deviceName: { en: 'Name of the device', ja: '機器名' },
  deviceNameHint: {
    en: 'Latin letters, digits, dots, dashes. It is in every reading and does not change later.',
    ja: '英数字、ドット、ハイフン。すべての測定値に記録され、あとから変わりません。',
  },
  nameTaken: { en: 'There is a device of this name already.', ja: 'この名前の機器はすでにあります。' },
  badName: {
    en: 'The name must begin with a letter or digit and have at most 64 letters, digits, dots, dashes or underscores.',
    ja: '機器名は英数字で始め、英数字、ドット、ハイフン、下線だけの64文字以内にしてください。',
  },
  placeName: { en: 'Name of the place', ja: '場所の名前' },
  placeNameHint: { en: 'River and bridge, street, building', ja: '川と橋、通り、建物など' },
  mountingHeight: { en: 'Mounting height, m', ja: '設置高（m）' },
  mountingHeightHint: {
    en: "Height of the sensor's face above the gauge's zero. Measure it: the level is this minus the distance to the water.",
    ja: '水位の基準（零点）からセンサー面までの高さ。実測してください。水位は、この値から水面までの距離を引いたものです。',
  },
  needHeight: { en: 'Enter the mounting height in metres.', ja: '設置高をメートルで入力してください。' },
  needSetting: { en: 'Enter a value: {name}', ja: '値を入力してください: {name}' },
  deviceSerial: { en: 'Serial number of the sensor', ja: 'センサーの製造番号' },
  wiring: { en: 'Wiring as it was done', ja: '実際の配線' },
  wiringHint: { en: 'Which wire is at which terminal', ja: 'どの線をどの端子に接続したか' },
  notes: { en: 'Notes', ja: '備考' },

  thresholdsLead: {
    en: "The river's reference levels, in metres above the gauge's zero. Leave out those that are not set for this place.",
    ja: 'この地点の基準水位を、零点からの高さ（m）で入力してください。定められていないものは空のままにします。',
  },
  clearBelow: { en: 'An alarm ends this far below its level, m', ja: '警報を解除する幅（基準水位との差、m）' },
  notAscending: {
    en: 'Level {upper} must be higher than level {lower}.',
    ja: 'レベル{upper}はレベル{lower}より高くしてください。',
  },
  aboveSensor: {
    en: 'Level {level} is not below the sensor, so it could never be measured.',
    ja: 'レベル{level}がセンサーより低くないため、測定できません。',
  },
  badMargin: { en: 'The margin must be more than 0 m.', ja: '解除の幅は0 mより大きくしてください。' },
  notNumber: { en: 'Level {level} is not a number.', ja: 'レベル{level}が数値ではありません。' },
  drawing: { en: 'Cross-section of the river: {parts}', ja: '川の断面図: {parts}' },
  sensorAt: { en: 'Sensor {metres} m', ja: 'センサー {metres} m' },
  waterAt: { en: 'Water {metres} m', ja: '水面 {metres} m' },
  levelAt: { en: 'Level {level} {metres} m', ja: 'レベル{level} {metres} m' },
  notToScale: { en: 'Heights are to scale, widths are not.', ja: '高さは縮尺どおり、幅は模式的です。' },
  withoutWater: {
    en: 'Heights are to scale, widths are not. The water is drawn once it is measured.',
    ja: '高さは縮尺どおり、幅は模式的です。水面は測定されると表示されます。',
  },

  writeLead: {
    en: "These lines go into the gateway's configuration. Nothing else changes, and the gateway goes on working.",
    ja: '次の行をゲートウェイの設定に書き込みます。ほかは変わらず、ゲートウェイは動き続けます。',
  },
  checking: { en: 'Being checked…', ja: '確認しています…' },
  mendFirst: { en: 'Mend this first:', ja: '先に直してください:' },
  writeIt: { en: 'Write it', ja: '書き込む' },
  writing: { en: 'Being written…', ja: '書き込んでいます…' },
  restarts: {
    en: 'It has been written. The gateway restarts: sign in again in a moment, and continue where you were.',
    ja: '書き込みました。ゲートウェイが再起動します。少し待ってサインインし直すと、続きから始められます。',
  },
  alreadyWritten: { en: 'It has been written.', ja: '書き込み済みです。' },

  waitForValue: { en: 'Waiting for the first reading…', ja: '最初の測定値を待っています…' },
  valueCame: { en: 'Readings arrive', ja: '測定値が届いています' },
  compare: {
    en: 'Compare the value with the staff gauge or a tape before you go on.',
    ja: '量水標や巻尺の値と見比べてから進んでください。',
  },
  noValue: { en: 'Nothing usable has come for {span}.', ja: '{span}の間、使える測定値が届いていません。' },
  portClosed: { en: 'The port {port} is not open: {why}', ja: 'ポート {port} が開いていません: {why}' },
  noBytes: {
    en: 'The port {port} is open, but no byte has come. Check power and wires.',
    ja: 'ポート {port} は開いていますが、何も届いていません。電源と配線を確認してください。',
  },
  onlyRubbish: {
    en: 'Bytes come on port {port}, but they cannot be read ({why}). Take it back, and choose type and speed again.',
    ja: 'ポート {port} にデータは届いていますが、読み取れません（{why}）。書き込みを取り消し、種類と速度を選び直してください。',
  },
  noSuchDevice: {
    en: 'The gateway does not have the device. If the last change was taken back, write it again.',
    ja: 'ゲートウェイにこの機器がありません。変更が取り消された場合は、もう一度書き込んでください。',
  },
  takeBack: { en: 'Take it back and change it', ja: '書き込みを取り消して変更する' },
  writeAgain: { en: 'Write it again', ja: 'もう一度書き込む' },
  goAnyway: { en: 'Go on without a reading', ja: '測定値なしで進む' },

  toSheet: { en: 'To the site sheet', ja: '設置記録票へ' },
  finish: { en: 'Finish, and commission another', ja: '完了して次の機器へ' },
});
