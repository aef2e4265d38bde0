import { sentences } from '../../shared/text.ts';

export const say = sentences('modbus', {
  otherMaster: {
    en: 'Another master asks on this bus already, and two disturb each other. Take it off before this gateway asks.',
    ja: 'このバスでは別のマスターがすでに問い合わせています。マスターが2台あると互いに妨げ合うため、もう1台を外してからゲートウェイを接続してください。',
  },
  summary: {
    en: 'Any Modbus device (RTU on RS-485, or TCP), read by a profile of its registers',
    ja: 'Modbus機器（RS-485のRTUまたはTCP）をレジスタのプロファイルで読み取ります',
  },
  unit: {
    en: 'The unit (slave) address: 1 to 247 on a bus; a standalone Modbus TCP device often wants 255 or 0.',
    ja: 'ユニット（スレーブ）アドレス。バスでは1～247、単独のModbus TCP機器では255または0が一般的です。',
  },
  broadcast: {
    en: 'unit 0 means all units of the bus, and none of them answers',
    ja: 'ユニット0はバスの全機器への一斉送信で、どの機器も応答しません',
  },
  reserved: {
    en: 'unit {unit} cannot be on a serial bus: 248 to 255 are reserved',
    ja: 'ユニット{unit}はシリアルバスでは使えません（248～255は予約されています）',
  },
  busUnit: {
    en: 'Write the address that is set at the device, 1 to 247',
    ja: '機器に設定したアドレス（1～247）を指定してください',
  },
  profile: {
    en: 'What the registers mean: the name of a profile that ships, or a profile of your own.',
    ja: 'レジスタの意味。付属プロファイルの名前、または独自のプロファイル。',
  },
  interval: {
    en: 'How often the unit is read; "0s" reads it only when a schedule asks.',
    ja: 'ユニットを読み取る間隔。"0s"の場合はスケジュールの時刻にだけ読み取ります。',
  },
  timeout: { en: 'How long an answer may take.', ja: '応答を待つ時間。' },
  framing: {
    en: '"auto" is tcp on a TCP port, otherwise rtu; "rtu" is for serial servers behind TCP, "tcp" for recordings of Modbus TCP.',
    ja: '"auto" はTCPポートではtcp、それ以外ではrtu。"rtu" はTCP経由のシリアルサーバー用、"tcp" はModbus TCPの記録用。',
  },
  minGap: {
    en: 'The silence between an answer and the next request on a serial bus.',
    ja: 'シリアルバスで応答から次の要求までに空ける時間。',
  },
  levelOffset: {
    en: "How high the probe hangs above the gauge's datum, in metres; added to the level.",
    ja: '水位基準面からプローブまでの高さ（m）。水位に加算します。',
  },
  quantity: { en: 'The quantity that these registers hold.', ja: 'レジスタが表す項目。' },
  function: {
    en: 'Function 1 reads a coil, 2 a discrete input (both of type "bit"), 3 a holding register, 4 an input register.',
    ja: 'ファンクション1はコイル、2は入力接点（いずれもtypeは "bit"）、3は保持レジスタ、4は入力レジスタを読み取ります。',
  },
  mustBeFunction: { en: 'must be 1, 2, 3 or 4', ja: 'は1～4で指定してください' },
  mustBeBits: {
    en: 'must have the type "bit" with function 1 or 2, and only with these',
    ja: 'のtypeは、functionが1または2のときだけ "bit" を指定してください',
  },
  address: {
    en: 'The address on the wire, counted from 0: register 40001 of a manual is usually address 0.',
    ja: '通信上のアドレス（0から数えます）。マニュアルのレジスタ40001は通常アドレス0です。',
  },
  mustEndInRange: { en: 'must end at or below address 65535', ja: 'はアドレス65535以下に収めてください' },
  type: {
    en: 'How the number is stored; 32 bits take two registers, 64 bits four. A coil or input is a "bit".',
    ja: '数値の格納形式。32ビットはレジスタ2個、64ビットは4個を使います。コイルと入力接点は "bit" です。',
  },
  wordOrder: {
    en: 'Which word of a number of 32 or 64 bits is at the lowest address.',
    ja: '32または64ビット数値の、どのワードが最も低いアドレスにあるか。',
  },
  byteOrder: {
    en: 'Which byte of a register comes first; Modbus says "high-first", not all makers do.',
    ja: 'レジスタのどちらのバイトが先か。規格では "high-first" ですが、逆の機器もあります。',
  },
  noValue: {
    en: 'Numbers in the registers, before scale and offset, that stand for "no value", such as 0x8000 or -9999.',
    ja: '「値なし」を表すレジスタの数値（倍率と加算の前）。0x8000や-9999など。',
  },
  scale: {
    en: 'What the number is multiplied by to give the unit.',
    ja: '単位に合わせるために数値に掛ける倍率。',
  },
  offset: { en: 'What is added after the multiplication.', ja: '倍率を掛けた後に加える値。' },
  senmlUnit: { en: 'The SenML name of the unit.', ja: 'SenMLの単位名。' },
  kind: {
    en: 'The kind of reading that the quantities make.',
    ja: '項目から作る測定値の種別。',
  },
  maxRegistersPerRead: {
    en: 'The most registers that the unit gives in one answer.',
    ja: 'ユニットが1回の応答で返せるレジスタ数の上限。',
  },
  registers: { en: 'The registers to read.', ja: '読み取るレジスタ。' },
  mustHaveRegister: { en: 'must have at least one register', ja: 'には1件以上のレジスタが必要です' },
  counters: {
    en: 'Which quantities are running totals, to be turned into people since the last reading.',
    ja: '積算値の項目。前回の測定からの人数に変換します。',
  },
  entered: {
    en: 'The quantity that totals the people who entered.',
    ja: '入場者数の積算値の項目。',
  },
  left: { en: 'The quantity that totals the people who left.', ja: '退場者数の積算値の項目。' },
  rollOver: { en: 'The total at which the counter restarts from 0.', ja: 'カウンターが0に戻る値。' },
  mustNameOnce: { en: 'must name each quantity only once', ja: 'に同じ項目を重ねて指定できません' },
  mustNameCounters: {
    en: 'must name two quantities of the profile as its counters',
    ja: 'のcountersにはプロファイルの項目を2つ指定してください',
  },
  mustHaveQuantities: {
    en: 'must have the quantities of its kind: level or distance for water-level, entered and left (by counters) for people-count, lat and lon for position',
    ja: 'には種別に応じた項目が必要です（water-levelはlevelまたはdistance、people-countはcountersによるenteredとleft、positionはlatとlon）',
  },

  notAnAnswer: { en: 'not an answer to a read', ja: '読み取り要求への応答ではありません' },
  exception: { en: 'exception {code}, {meaning}', ja: '例外応答{code}（{meaning}）' },
  unknownUnit: { en: 'unit {unit} is not configured', ja: 'ユニット{unit}は設定されていません' },
  unexpected: {
    en: 'unit {unit} sent something that was not asked for',
    ja: 'ユニット{unit}から要求していないデータが届きました',
  },
  unexpectedException: {
    en: 'unit {unit} sent an exception that was not asked for: {exception}',
    ja: 'ユニット{unit}から要求していない例外応答が届きました（{exception}）',
  },
  fitsNone: {
    en: 'an answer of {bytes} {bytes:byte|bytes} fits none of the reads of the profile',
    ja: '{bytes}バイトの応答はプロファイルのどの読み取りにも合いません',
  },
  fitsSeveral: {
    en: 'an answer of {bytes} {bytes:byte|bytes} fits several reads of the profile',
    ja: '{bytes}バイトの応答がプロファイルの複数の読み取りに当てはまります',
  },
  noAnswer: {
    en: 'unit {unit} gives no answer within {ms} ms',
    ja: 'ユニット{unit}から{ms}ミリ秒以内に応答がありません',
  },
  closedInstead: {
    en: 'the unit closed the connection instead of answering',
    ja: '応答の前に接続が切れました',
  },
  owesTooMuch: {
    en: 'not asked: too many of its answers are still outstanding to tell the next one apart',
    ja: '未着の応答が多く次の応答を区別できないため、要求を見送りました',
  },
  writes: {
    en: 'Coils and registers that an order of the city may write (write), by name. Without it nothing can be written.',
    ja: '市の命令（write）で書き込めるコイルとレジスタ。名前で指定する。なければ何も書き込めない。',
  },
  writeName: { en: 'What an order calls it: "gate", "setpoint".', ja: '命令で使う名前（"gate"、"setpoint" など）。' },
  writeFunction: {
    en: 'Function code: 5 writes a coil, 6 a holding register.',
    ja: '5はコイル、6は保持レジスタへの書き込み。',
  },
  mustBeWriteFunction: { en: 'must be 5 or 6', ja: 'は5か6で指定してください' },
  writeType: { en: 'How a register holds the value.', ja: 'レジスタでの値の表し方。' },
  writeMin: { en: 'Least value that may be written.', ja: '書き込める最小値。' },
  writeMax: { en: 'Greatest value that may be written.', ja: '書き込める最大値。' },
  mustNotBeZero: { en: 'must not be 0', ja: 'に0は指定できません' },
  cannotDo: { en: 'A Modbus unit cannot do "{action}"', ja: 'Modbusの機器は「{action}」を実行できません' },
  notWritable: {
    en: 'Its profile lets nobody write "{name}". There are: {known}',
    ja: 'プロファイルで「{name}」への書き込みは許可されていません。書き込めるもの: {known}',
  },
  nothing: { en: 'none', ja: 'なし' },
  coilNeedsFlag: {
    en: '"{name}" is a coil: write true or false',
    ja: '「{name}」はコイルです。true か false を指定してください',
  },
  registerNeedsNumber: {
    en: '"{name}" is a register: write a number',
    ja: '「{name}」はレジスタです。数値を指定してください',
  },
  beyondWritable: {
    en: '"{name}" takes values from {min} to {max}',
    ja: '「{name}」に書き込める値は{min}から{max}までです',
  },
  writeRefused: { en: 'The unit refuses to write: {exception}', ja: '機器が書き込みを拒否しました: {exception}' },
  writeUnanswered: {
    en: 'The unit has not answered the write: it may or may not have been done. Look before you order it again',
    ja: '書き込みへの応答がありません。書き込まれたかどうかは不明です。確認してから命令し直してください',
  },
  notAskedToWrite: {
    en: 'Nothing was written: the unit does not answer reads',
    ja: '機器が読み取りに応答しないため、書き込みませんでした',
  },
  tooManyWrites: {
    en: 'Nothing was written: too many writes wait, or an earlier one may still be answered. Order it again in a minute',
    ja: '待機中の書き込みが多いか、前の書き込みへの応答がまだ届く可能性があるため、書き込みませんでした。1分後に命令し直してください',
  },
  illegalFunction: { en: 'illegal function', ja: '不正なファンクション' },
  illegalAddress: { en: 'illegal data address', ja: '不正なデータアドレス' },
  illegalValue: { en: 'illegal data value', ja: '不正なデータ値' },
  deviceFailure: { en: 'server device failure', ja: '機器の故障' },
  acknowledge: { en: 'acknowledge', ja: '受理済み（処理中）' },
  deviceBusy: { en: 'server device busy', ja: '機器が処理中' },
  parityError: { en: 'memory parity error', ja: 'メモリーパリティエラー' },
  noPath: { en: 'gateway path unavailable', ja: 'ゲートウェイの経路なし' },
  noTarget: {
    en: 'gateway target device failed to respond',
    ja: 'ゲートウェイ先の機器が応答なし',
  },
  nonStandard: { en: 'not a standard code', ja: '規格にないコード' },
});
