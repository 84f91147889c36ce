import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const backproof = $root.backproof = (() => {

    /**
     * Namespace backproof.
     * @exports backproof
     * @namespace
     */
    const backproof = {};

    backproof.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof backproof
         * @namespace
         */
        const v1 = {};

        v1.ToCollector = (function() {

            /**
             * Properties of a ToCollector.
             * @typedef {Object} backproof.v1.ToCollector.$Properties
             * @property {backproof.v1.Hello.$Properties|null} [hello] ToCollector hello
             * @property {backproof.v1.SpooledRecord.$Properties|null} [spooledRecord] ToCollector spooledRecord
             * @property {backproof.v1.Heartbeat.$Properties|null} [heartbeat] ToCollector heartbeat
             * @property {backproof.v1.RunProgress.$Properties|null} [runProgress] ToCollector runProgress
             * @property {backproof.v1.RequestAnswered.$Properties|null} [requestAnswered] ToCollector requestAnswered
             * @property {backproof.v1.CertificateRequested.$Properties|null} [certificateRequested] ToCollector certificateRequested
             * @property {backproof.v1.WalSample.$Properties|null} [walSample] ToCollector walSample
             * @property {"hello"|"spooledRecord"|"heartbeat"|"runProgress"|"requestAnswered"|"certificateRequested"|"walSample"} [message] ToCollector message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ToCollector.
             * @memberof backproof.v1
             * @interface IToCollector
             * @augments backproof.v1.ToCollector.$Properties
             * @deprecated Use backproof.v1.ToCollector.$Properties instead.
             */

            /**
             * Narrowed shape of a ToCollector.
             * @typedef {{
             *   hello?: backproof.v1.Hello.$Shape|null;
             *   spooledRecord?: backproof.v1.SpooledRecord.$Shape|null;
             *   heartbeat?: backproof.v1.Heartbeat.$Shape|null;
             *   runProgress?: backproof.v1.RunProgress.$Shape|null;
             *   requestAnswered?: backproof.v1.RequestAnswered.$Shape|null;
             *   certificateRequested?: backproof.v1.CertificateRequested.$Shape|null;
             *   walSample?: backproof.v1.WalSample.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ message?: undefined; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "hello"; hello: backproof.v1.Hello.$Shape; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "spooledRecord"; hello?: null; spooledRecord: backproof.v1.SpooledRecord.$Shape; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "heartbeat"; hello?: null; spooledRecord?: null; heartbeat: backproof.v1.Heartbeat.$Shape; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "runProgress"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress: backproof.v1.RunProgress.$Shape; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "requestAnswered"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered: backproof.v1.RequestAnswered.$Shape; certificateRequested?: null; walSample?: null }|{ message?: "certificateRequested"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested: backproof.v1.CertificateRequested.$Shape; walSample?: null }|{ message?: "walSample"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample: backproof.v1.WalSample.$Shape })
             * )} backproof.v1.ToCollector.$Shape
             */

            /**
             * Constructs a new ToCollector.
             * @memberof backproof.v1
             * @classdesc Represents a ToCollector.
             * @constructor
             * @param {backproof.v1.ToCollector.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ToCollector = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ToCollector hello.
             * @member {backproof.v1.Hello.$Properties|null|undefined} hello
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            ToCollector.prototype.hello = null;

            /**
             * ToCollector spooledRecord.
             * @member {backproof.v1.SpooledRecord.$Properties|null|undefined} spooledRecord
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            ToCollector.prototype.spooledRecord = null;

            /**
             * ToCollector heartbeat.
             * @member {backproof.v1.Heartbeat.$Properties|null|undefined} heartbeat
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            ToCollector.prototype.heartbeat = null;

            /**
             * ToCollector runProgress.
             * @member {backproof.v1.RunProgress.$Properties|null|undefined} runProgress
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            ToCollector.prototype.runProgress = null;

            /**
             * ToCollector requestAnswered.
             * @member {backproof.v1.RequestAnswered.$Properties|null|undefined} requestAnswered
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            ToCollector.prototype.requestAnswered = null;

            /**
             * ToCollector certificateRequested.
             * @member {backproof.v1.CertificateRequested.$Properties|null|undefined} certificateRequested
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            ToCollector.prototype.certificateRequested = null;

            /**
             * ToCollector walSample.
             * @member {backproof.v1.WalSample.$Properties|null|undefined} walSample
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            ToCollector.prototype.walSample = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * ToCollector message.
             * @member {"hello"|"spooledRecord"|"heartbeat"|"runProgress"|"requestAnswered"|"certificateRequested"|"walSample"|undefined} message
             * @memberof backproof.v1.ToCollector
             * @instance
             */
            $Object.defineProperty(ToCollector.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["hello", "spooledRecord", "heartbeat", "runProgress", "requestAnswered", "certificateRequested", "walSample"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ToCollector message. Does not implicitly {@link backproof.v1.ToCollector.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.ToCollector
             * @static
             * @param {backproof.v1.ToCollector.$Properties} message ToCollector message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ToCollector.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                    $root.backproof.v1.Hello.encode(message.hello, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.spooledRecord != null && $Object.hasOwnProperty.call(message, "spooledRecord"))
                    $root.backproof.v1.SpooledRecord.encode(message.spooledRecord, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                    $root.backproof.v1.Heartbeat.encode(message.heartbeat, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.runProgress != null && $Object.hasOwnProperty.call(message, "runProgress"))
                    $root.backproof.v1.RunProgress.encode(message.runProgress, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.requestAnswered != null && $Object.hasOwnProperty.call(message, "requestAnswered"))
                    $root.backproof.v1.RequestAnswered.encode(message.requestAnswered, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.certificateRequested != null && $Object.hasOwnProperty.call(message, "certificateRequested"))
                    $root.backproof.v1.CertificateRequested.encode(message.certificateRequested, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.walSample != null && $Object.hasOwnProperty.call(message, "walSample"))
                    $root.backproof.v1.WalSample.encode(message.walSample, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ToCollector message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.ToCollector
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.ToCollector & backproof.v1.ToCollector.$Shape} ToCollector
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ToCollector.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.ToCollector();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.hello = $root.backproof.v1.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                            message.message = "hello";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.spooledRecord = $root.backproof.v1.SpooledRecord.decode(reader, reader.size(), $undefined, _depth + 1, message.spooledRecord);
                            message.message = "spooledRecord";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.heartbeat = $root.backproof.v1.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                            message.message = "heartbeat";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.runProgress = $root.backproof.v1.RunProgress.decode(reader, reader.size(), $undefined, _depth + 1, message.runProgress);
                            message.message = "runProgress";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.requestAnswered = $root.backproof.v1.RequestAnswered.decode(reader, reader.size(), $undefined, _depth + 1, message.requestAnswered);
                            message.message = "requestAnswered";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.certificateRequested = $root.backproof.v1.CertificateRequested.decode(reader, reader.size(), $undefined, _depth + 1, message.certificateRequested);
                            message.message = "certificateRequested";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.walSample = $root.backproof.v1.WalSample.decode(reader, reader.size(), $undefined, _depth + 1, message.walSample);
                            message.message = "walSample";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ToCollector;
        })();

        v1.Hello = (function() {

            /**
             * Properties of a Hello.
             * @typedef {Object} backproof.v1.Hello.$Properties
             * @property {number|null} [epoch] Hello epoch
             * @property {number|null} [firstSeq] Hello firstSeq
             * @property {number|null} [lastSeq] Hello lastSeq
             * @property {string|null} [agentVersion] Hello agentVersion
             * @property {string|null} [instance] Hello instance
             * @property {Array.<string>|null} [capabilities] Hello capabilities
             * @property {number|null} [sentAtMs] Hello sentAtMs
             * @property {number|null} [continuesEpoch] Hello continuesEpoch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hello.
             * @memberof backproof.v1
             * @interface IHello
             * @augments backproof.v1.Hello.$Properties
             * @deprecated Use backproof.v1.Hello.$Properties instead.
             */

            /**
             * Shape of a Hello.
             * @typedef {backproof.v1.Hello.$Properties} backproof.v1.Hello.$Shape
             */

            /**
             * Constructs a new Hello.
             * @memberof backproof.v1
             * @classdesc Represents a Hello.
             * @constructor
             * @param {backproof.v1.Hello.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hello = function (properties) {
                this.capabilities = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Hello epoch.
             * @member {number} epoch
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hello firstSeq.
             * @member {number} firstSeq
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.firstSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hello lastSeq.
             * @member {number} lastSeq
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.lastSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hello agentVersion.
             * @member {string} agentVersion
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.agentVersion = "";

            /**
             * Hello instance.
             * @member {string} instance
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.instance = "";

            /**
             * Hello capabilities.
             * @member {Array.<string>} capabilities
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.capabilities = $util.emptyArray;

            /**
             * Hello sentAtMs.
             * @member {number} sentAtMs
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.sentAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Hello continuesEpoch.
             * @member {number} continuesEpoch
             * @memberof backproof.v1.Hello
             * @instance
             */
            Hello.prototype.continuesEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link backproof.v1.Hello.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Hello
             * @static
             * @param {backproof.v1.Hello.$Properties} message Hello message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.epoch);
                if (message.firstSeq != null && $Object.hasOwnProperty.call(message, "firstSeq") && (typeof message.firstSeq === "object" ? message.firstSeq.low || message.firstSeq.high : message.firstSeq !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.firstSeq);
                if (message.lastSeq != null && $Object.hasOwnProperty.call(message, "lastSeq") && (typeof message.lastSeq === "object" ? message.lastSeq.low || message.lastSeq.high : message.lastSeq !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.lastSeq);
                if (message.agentVersion != null && $Object.hasOwnProperty.call(message, "agentVersion") && message.agentVersion !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.agentVersion);
                if (message.instance != null && $Object.hasOwnProperty.call(message, "instance") && message.instance !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.instance);
                if (message.capabilities != null && message.capabilities.length)
                    for (let i = 0; i < message.capabilities.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.capabilities[i]);
                if (message.sentAtMs != null && $Object.hasOwnProperty.call(message, "sentAtMs") && (typeof message.sentAtMs === "object" ? message.sentAtMs.low || message.sentAtMs.high : message.sentAtMs !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).int64(message.sentAtMs);
                if (message.continuesEpoch != null && $Object.hasOwnProperty.call(message, "continuesEpoch") && (typeof message.continuesEpoch === "object" ? message.continuesEpoch.low || message.continuesEpoch.high : message.continuesEpoch !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.continuesEpoch);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Hello
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Hello & backproof.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hello.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Hello();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.firstSeq = value;
                            else
                                delete message.firstSeq;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.lastSeq = value;
                            else
                                delete message.lastSeq;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.agentVersion = value;
                            else
                                delete message.agentVersion;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.instance = value;
                            else
                                delete message.instance;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.capabilities && message.capabilities.length))
                                message.capabilities = [];
                            message.capabilities.push(reader.stringVerify());
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.sentAtMs = value;
                            else
                                delete message.sentAtMs;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.continuesEpoch = value;
                            else
                                delete message.continuesEpoch;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Hello;
        })();

        v1.SpooledRecord = (function() {

            /**
             * Properties of a SpooledRecord.
             * @typedef {Object} backproof.v1.SpooledRecord.$Properties
             * @property {number|null} [seq] SpooledRecord seq
             * @property {Uint8Array|null} [chain] SpooledRecord chain
             * @property {Uint8Array|null} [record] SpooledRecord record
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SpooledRecord.
             * @memberof backproof.v1
             * @interface ISpooledRecord
             * @augments backproof.v1.SpooledRecord.$Properties
             * @deprecated Use backproof.v1.SpooledRecord.$Properties instead.
             */

            /**
             * Shape of a SpooledRecord.
             * @typedef {backproof.v1.SpooledRecord.$Properties} backproof.v1.SpooledRecord.$Shape
             */

            /**
             * Constructs a new SpooledRecord.
             * @memberof backproof.v1
             * @classdesc Represents a SpooledRecord.
             * @constructor
             * @param {backproof.v1.SpooledRecord.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SpooledRecord = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SpooledRecord seq.
             * @member {number} seq
             * @memberof backproof.v1.SpooledRecord
             * @instance
             */
            SpooledRecord.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * SpooledRecord chain.
             * @member {Uint8Array} chain
             * @memberof backproof.v1.SpooledRecord
             * @instance
             */
            SpooledRecord.prototype.chain = $util.newBuffer([]);

            /**
             * SpooledRecord record.
             * @member {Uint8Array} record
             * @memberof backproof.v1.SpooledRecord
             * @instance
             */
            SpooledRecord.prototype.record = $util.newBuffer([]);

            /**
             * Encodes the specified SpooledRecord message. Does not implicitly {@link backproof.v1.SpooledRecord.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.SpooledRecord
             * @static
             * @param {backproof.v1.SpooledRecord.$Properties} message SpooledRecord message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SpooledRecord.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                if (message.chain != null && $Object.hasOwnProperty.call(message, "chain") && message.chain.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.chain);
                if (message.record != null && $Object.hasOwnProperty.call(message, "record") && message.record.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.record);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SpooledRecord message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.SpooledRecord
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.SpooledRecord & backproof.v1.SpooledRecord.$Shape} SpooledRecord
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SpooledRecord.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.SpooledRecord();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.seq = value;
                            else
                                delete message.seq;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.chain = value;
                            else
                                delete message.chain;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.record = value;
                            else
                                delete message.record;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SpooledRecord;
        })();

        v1.Record = (function() {

            /**
             * Properties of a Record.
             * @typedef {Object} backproof.v1.Record.$Properties
             * @property {number|null} [recordedAtMs] Record recordedAtMs
             * @property {backproof.v1.JobDeclared.$Properties|null} [jobDeclared] Record jobDeclared
             * @property {backproof.v1.JobRemoved.$Properties|null} [jobRemoved] Record jobRemoved
             * @property {backproof.v1.RunStarted.$Properties|null} [runStarted] Record runStarted
             * @property {backproof.v1.RunFinished.$Properties|null} [runFinished] Record runFinished
             * @property {backproof.v1.RecoveryPointsSeen.$Properties|null} [recoveryPointsSeen] Record recoveryPointsSeen
             * @property {backproof.v1.HostFacts.$Properties|null} [hostFacts] Record hostFacts
             * @property {backproof.v1.Gap.$Properties|null} [gap] Record gap
             * @property {backproof.v1.RepositorySeen.$Properties|null} [repositorySeen] Record repositorySeen
             * @property {backproof.v1.StorageSeen.$Properties|null} [storageSeen] Record storageSeen
             * @property {backproof.v1.RestoreRequested.$Properties|null} [restoreRequested] Record restoreRequested
             * @property {backproof.v1.RestoreStarted.$Properties|null} [restoreStarted] Record restoreStarted
             * @property {backproof.v1.RestoreFinished.$Properties|null} [restoreFinished] Record restoreFinished
             * @property {"jobDeclared"|"jobRemoved"|"runStarted"|"runFinished"|"recoveryPointsSeen"|"hostFacts"|"gap"|"repositorySeen"|"storageSeen"|"restoreRequested"|"restoreStarted"|"restoreFinished"} [body] Record body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Record.
             * @memberof backproof.v1
             * @interface IRecord
             * @augments backproof.v1.Record.$Properties
             * @deprecated Use backproof.v1.Record.$Properties instead.
             */

            /**
             * Narrowed shape of a Record.
             * @typedef {{
             *   recordedAtMs?: number|null;
             *   jobDeclared?: backproof.v1.JobDeclared.$Shape|null;
             *   jobRemoved?: backproof.v1.JobRemoved.$Shape|null;
             *   runStarted?: backproof.v1.RunStarted.$Shape|null;
             *   runFinished?: backproof.v1.RunFinished.$Shape|null;
             *   recoveryPointsSeen?: backproof.v1.RecoveryPointsSeen.$Shape|null;
             *   hostFacts?: backproof.v1.HostFacts.$Shape|null;
             *   gap?: backproof.v1.Gap.$Shape|null;
             *   repositorySeen?: backproof.v1.RepositorySeen.$Shape|null;
             *   storageSeen?: backproof.v1.StorageSeen.$Shape|null;
             *   restoreRequested?: backproof.v1.RestoreRequested.$Shape|null;
             *   restoreStarted?: backproof.v1.RestoreStarted.$Shape|null;
             *   restoreFinished?: backproof.v1.RestoreFinished.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "jobDeclared"; jobDeclared: backproof.v1.JobDeclared.$Shape; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "jobRemoved"; jobDeclared?: null; jobRemoved: backproof.v1.JobRemoved.$Shape; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "runStarted"; jobDeclared?: null; jobRemoved?: null; runStarted: backproof.v1.RunStarted.$Shape; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "runFinished"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished: backproof.v1.RunFinished.$Shape; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "recoveryPointsSeen"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen: backproof.v1.RecoveryPointsSeen.$Shape; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "hostFacts"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts: backproof.v1.HostFacts.$Shape; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "gap"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap: backproof.v1.Gap.$Shape; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "repositorySeen"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen: backproof.v1.RepositorySeen.$Shape; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "storageSeen"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen: backproof.v1.StorageSeen.$Shape; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "restoreRequested"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested: backproof.v1.RestoreRequested.$Shape; restoreStarted?: null; restoreFinished?: null }|{ body?: "restoreStarted"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted: backproof.v1.RestoreStarted.$Shape; restoreFinished?: null }|{ body?: "restoreFinished"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished: backproof.v1.RestoreFinished.$Shape })
             * )} backproof.v1.Record.$Shape
             */

            /**
             * Constructs a new Record.
             * @memberof backproof.v1
             * @classdesc Represents a Record.
             * @constructor
             * @param {backproof.v1.Record.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Record = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Record recordedAtMs.
             * @member {number} recordedAtMs
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.recordedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Record jobDeclared.
             * @member {backproof.v1.JobDeclared.$Properties|null|undefined} jobDeclared
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.jobDeclared = null;

            /**
             * Record jobRemoved.
             * @member {backproof.v1.JobRemoved.$Properties|null|undefined} jobRemoved
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.jobRemoved = null;

            /**
             * Record runStarted.
             * @member {backproof.v1.RunStarted.$Properties|null|undefined} runStarted
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.runStarted = null;

            /**
             * Record runFinished.
             * @member {backproof.v1.RunFinished.$Properties|null|undefined} runFinished
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.runFinished = null;

            /**
             * Record recoveryPointsSeen.
             * @member {backproof.v1.RecoveryPointsSeen.$Properties|null|undefined} recoveryPointsSeen
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.recoveryPointsSeen = null;

            /**
             * Record hostFacts.
             * @member {backproof.v1.HostFacts.$Properties|null|undefined} hostFacts
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.hostFacts = null;

            /**
             * Record gap.
             * @member {backproof.v1.Gap.$Properties|null|undefined} gap
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.gap = null;

            /**
             * Record repositorySeen.
             * @member {backproof.v1.RepositorySeen.$Properties|null|undefined} repositorySeen
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.repositorySeen = null;

            /**
             * Record storageSeen.
             * @member {backproof.v1.StorageSeen.$Properties|null|undefined} storageSeen
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.storageSeen = null;

            /**
             * Record restoreRequested.
             * @member {backproof.v1.RestoreRequested.$Properties|null|undefined} restoreRequested
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.restoreRequested = null;

            /**
             * Record restoreStarted.
             * @member {backproof.v1.RestoreStarted.$Properties|null|undefined} restoreStarted
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.restoreStarted = null;

            /**
             * Record restoreFinished.
             * @member {backproof.v1.RestoreFinished.$Properties|null|undefined} restoreFinished
             * @memberof backproof.v1.Record
             * @instance
             */
            Record.prototype.restoreFinished = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Record body.
             * @member {"jobDeclared"|"jobRemoved"|"runStarted"|"runFinished"|"recoveryPointsSeen"|"hostFacts"|"gap"|"repositorySeen"|"storageSeen"|"restoreRequested"|"restoreStarted"|"restoreFinished"|undefined} body
             * @memberof backproof.v1.Record
             * @instance
             */
            $Object.defineProperty(Record.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["jobDeclared", "jobRemoved", "runStarted", "runFinished", "recoveryPointsSeen", "hostFacts", "gap", "repositorySeen", "storageSeen", "restoreRequested", "restoreStarted", "restoreFinished"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Record message. Does not implicitly {@link backproof.v1.Record.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Record
             * @static
             * @param {backproof.v1.Record.$Properties} message Record message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Record.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recordedAtMs != null && $Object.hasOwnProperty.call(message, "recordedAtMs") && (typeof message.recordedAtMs === "object" ? message.recordedAtMs.low || message.recordedAtMs.high : message.recordedAtMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.recordedAtMs);
                if (message.jobDeclared != null && $Object.hasOwnProperty.call(message, "jobDeclared"))
                    $root.backproof.v1.JobDeclared.encode(message.jobDeclared, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.jobRemoved != null && $Object.hasOwnProperty.call(message, "jobRemoved"))
                    $root.backproof.v1.JobRemoved.encode(message.jobRemoved, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.runStarted != null && $Object.hasOwnProperty.call(message, "runStarted"))
                    $root.backproof.v1.RunStarted.encode(message.runStarted, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.runFinished != null && $Object.hasOwnProperty.call(message, "runFinished"))
                    $root.backproof.v1.RunFinished.encode(message.runFinished, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.recoveryPointsSeen != null && $Object.hasOwnProperty.call(message, "recoveryPointsSeen"))
                    $root.backproof.v1.RecoveryPointsSeen.encode(message.recoveryPointsSeen, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.hostFacts != null && $Object.hasOwnProperty.call(message, "hostFacts"))
                    $root.backproof.v1.HostFacts.encode(message.hostFacts, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.gap != null && $Object.hasOwnProperty.call(message, "gap"))
                    $root.backproof.v1.Gap.encode(message.gap, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.repositorySeen != null && $Object.hasOwnProperty.call(message, "repositorySeen"))
                    $root.backproof.v1.RepositorySeen.encode(message.repositorySeen, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.storageSeen != null && $Object.hasOwnProperty.call(message, "storageSeen"))
                    $root.backproof.v1.StorageSeen.encode(message.storageSeen, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.restoreRequested != null && $Object.hasOwnProperty.call(message, "restoreRequested"))
                    $root.backproof.v1.RestoreRequested.encode(message.restoreRequested, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.restoreStarted != null && $Object.hasOwnProperty.call(message, "restoreStarted"))
                    $root.backproof.v1.RestoreStarted.encode(message.restoreStarted, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.restoreFinished != null && $Object.hasOwnProperty.call(message, "restoreFinished"))
                    $root.backproof.v1.RestoreFinished.encode(message.restoreFinished, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Record message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Record
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Record & backproof.v1.Record.$Shape} Record
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Record.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Record();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.recordedAtMs = value;
                            else
                                delete message.recordedAtMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.jobDeclared = $root.backproof.v1.JobDeclared.decode(reader, reader.size(), $undefined, _depth + 1, message.jobDeclared);
                            message.body = "jobDeclared";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.jobRemoved = $root.backproof.v1.JobRemoved.decode(reader, reader.size(), $undefined, _depth + 1, message.jobRemoved);
                            message.body = "jobRemoved";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.runStarted = $root.backproof.v1.RunStarted.decode(reader, reader.size(), $undefined, _depth + 1, message.runStarted);
                            message.body = "runStarted";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.runFinished = $root.backproof.v1.RunFinished.decode(reader, reader.size(), $undefined, _depth + 1, message.runFinished);
                            message.body = "runFinished";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.recoveryPointsSeen = $root.backproof.v1.RecoveryPointsSeen.decode(reader, reader.size(), $undefined, _depth + 1, message.recoveryPointsSeen);
                            message.body = "recoveryPointsSeen";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.hostFacts = $root.backproof.v1.HostFacts.decode(reader, reader.size(), $undefined, _depth + 1, message.hostFacts);
                            message.body = "hostFacts";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.gap = $root.backproof.v1.Gap.decode(reader, reader.size(), $undefined, _depth + 1, message.gap);
                            message.body = "gap";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.repositorySeen = $root.backproof.v1.RepositorySeen.decode(reader, reader.size(), $undefined, _depth + 1, message.repositorySeen);
                            message.body = "repositorySeen";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.storageSeen = $root.backproof.v1.StorageSeen.decode(reader, reader.size(), $undefined, _depth + 1, message.storageSeen);
                            message.body = "storageSeen";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.restoreRequested = $root.backproof.v1.RestoreRequested.decode(reader, reader.size(), $undefined, _depth + 1, message.restoreRequested);
                            message.body = "restoreRequested";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.restoreStarted = $root.backproof.v1.RestoreStarted.decode(reader, reader.size(), $undefined, _depth + 1, message.restoreStarted);
                            message.body = "restoreStarted";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.restoreFinished = $root.backproof.v1.RestoreFinished.decode(reader, reader.size(), $undefined, _depth + 1, message.restoreFinished);
                            message.body = "restoreFinished";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Record;
        })();

        v1.Schedule = (function() {

            /**
             * Properties of a Schedule.
             * @typedef {Object} backproof.v1.Schedule.$Properties
             * @property {string|null} [cron] Schedule cron
             * @property {string|null} [zone] Schedule zone
             * @property {number|null} [spreadMs] Schedule spreadMs
             * @property {number|null} [startGraceMs] Schedule startGraceMs
             * @property {number|null} [finishWithinMs] Schedule finishWithinMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Schedule.
             * @memberof backproof.v1
             * @interface ISchedule
             * @augments backproof.v1.Schedule.$Properties
             * @deprecated Use backproof.v1.Schedule.$Properties instead.
             */

            /**
             * Shape of a Schedule.
             * @typedef {backproof.v1.Schedule.$Properties} backproof.v1.Schedule.$Shape
             */

            /**
             * Constructs a new Schedule.
             * @memberof backproof.v1
             * @classdesc Represents a Schedule.
             * @constructor
             * @param {backproof.v1.Schedule.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Schedule = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Schedule cron.
             * @member {string} cron
             * @memberof backproof.v1.Schedule
             * @instance
             */
            Schedule.prototype.cron = "";

            /**
             * Schedule zone.
             * @member {string} zone
             * @memberof backproof.v1.Schedule
             * @instance
             */
            Schedule.prototype.zone = "";

            /**
             * Schedule spreadMs.
             * @member {number} spreadMs
             * @memberof backproof.v1.Schedule
             * @instance
             */
            Schedule.prototype.spreadMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Schedule startGraceMs.
             * @member {number} startGraceMs
             * @memberof backproof.v1.Schedule
             * @instance
             */
            Schedule.prototype.startGraceMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Schedule finishWithinMs.
             * @member {number} finishWithinMs
             * @memberof backproof.v1.Schedule
             * @instance
             */
            Schedule.prototype.finishWithinMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified Schedule message. Does not implicitly {@link backproof.v1.Schedule.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Schedule
             * @static
             * @param {backproof.v1.Schedule.$Properties} message Schedule message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Schedule.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.cron != null && $Object.hasOwnProperty.call(message, "cron") && message.cron !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.cron);
                if (message.zone != null && $Object.hasOwnProperty.call(message, "zone") && message.zone !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.zone);
                if (message.spreadMs != null && $Object.hasOwnProperty.call(message, "spreadMs") && (typeof message.spreadMs === "object" ? message.spreadMs.low || message.spreadMs.high : message.spreadMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.spreadMs);
                if (message.startGraceMs != null && $Object.hasOwnProperty.call(message, "startGraceMs") && (typeof message.startGraceMs === "object" ? message.startGraceMs.low || message.startGraceMs.high : message.startGraceMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.startGraceMs);
                if (message.finishWithinMs != null && $Object.hasOwnProperty.call(message, "finishWithinMs") && (typeof message.finishWithinMs === "object" ? message.finishWithinMs.low || message.finishWithinMs.high : message.finishWithinMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.finishWithinMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Schedule message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Schedule
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Schedule & backproof.v1.Schedule.$Shape} Schedule
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Schedule.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Schedule();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.cron = value;
                            else
                                delete message.cron;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.zone = value;
                            else
                                delete message.zone;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.spreadMs = value;
                            else
                                delete message.spreadMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.startGraceMs = value;
                            else
                                delete message.startGraceMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.finishWithinMs = value;
                            else
                                delete message.finishWithinMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Schedule;
        })();

        v1.JobDeclared = (function() {

            /**
             * Properties of a JobDeclared.
             * @typedef {Object} backproof.v1.JobDeclared.$Properties
             * @property {string|null} [job] JobDeclared job
             * @property {string|null} [kind] JobDeclared kind
             * @property {backproof.v1.Schedule.$Properties|null} [schedule] JobDeclared schedule
             * @property {number|null} [longestSilenceMs] JobDeclared longestSilenceMs
             * @property {number|null} [keepMs] JobDeclared keepMs
             * @property {string|null} [repository] JobDeclared repository
             * @property {Array.<string>|null} [sources] JobDeclared sources
             * @property {Array.<string>|null} [excludes] JobDeclared excludes
             * @property {boolean|null} [startedByAgent] JobDeclared startedByAgent
             * @property {string|null} [sharedAs] JobDeclared sharedAs
             * @property {backproof.v1.StaleAfter.$Properties|null} [staleAfter] JobDeclared staleAfter
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JobDeclared.
             * @memberof backproof.v1
             * @interface IJobDeclared
             * @augments backproof.v1.JobDeclared.$Properties
             * @deprecated Use backproof.v1.JobDeclared.$Properties instead.
             */

            /**
             * Shape of a JobDeclared.
             * @typedef {backproof.v1.JobDeclared.$Properties} backproof.v1.JobDeclared.$Shape
             */

            /**
             * Constructs a new JobDeclared.
             * @memberof backproof.v1
             * @classdesc Represents a JobDeclared.
             * @constructor
             * @param {backproof.v1.JobDeclared.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JobDeclared = function (properties) {
                this.sources = [];
                this.excludes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JobDeclared job.
             * @member {string} job
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.job = "";

            /**
             * JobDeclared kind.
             * @member {string} kind
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.kind = "";

            /**
             * JobDeclared schedule.
             * @member {backproof.v1.Schedule.$Properties|null|undefined} schedule
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.schedule = null;

            /**
             * JobDeclared longestSilenceMs.
             * @member {number} longestSilenceMs
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.longestSilenceMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * JobDeclared keepMs.
             * @member {number} keepMs
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.keepMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * JobDeclared repository.
             * @member {string} repository
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.repository = "";

            /**
             * JobDeclared sources.
             * @member {Array.<string>} sources
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.sources = $util.emptyArray;

            /**
             * JobDeclared excludes.
             * @member {Array.<string>} excludes
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.excludes = $util.emptyArray;

            /**
             * JobDeclared startedByAgent.
             * @member {boolean} startedByAgent
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.startedByAgent = false;

            /**
             * JobDeclared sharedAs.
             * @member {string} sharedAs
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.sharedAs = "";

            /**
             * JobDeclared staleAfter.
             * @member {backproof.v1.StaleAfter.$Properties|null|undefined} staleAfter
             * @memberof backproof.v1.JobDeclared
             * @instance
             */
            JobDeclared.prototype.staleAfter = null;

            /**
             * Encodes the specified JobDeclared message. Does not implicitly {@link backproof.v1.JobDeclared.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.JobDeclared
             * @static
             * @param {backproof.v1.JobDeclared.$Properties} message JobDeclared message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JobDeclared.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.kind);
                if (message.schedule != null && $Object.hasOwnProperty.call(message, "schedule"))
                    $root.backproof.v1.Schedule.encode(message.schedule, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.longestSilenceMs != null && $Object.hasOwnProperty.call(message, "longestSilenceMs") && (typeof message.longestSilenceMs === "object" ? message.longestSilenceMs.low || message.longestSilenceMs.high : message.longestSilenceMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.longestSilenceMs);
                if (message.keepMs != null && $Object.hasOwnProperty.call(message, "keepMs") && (typeof message.keepMs === "object" ? message.keepMs.low || message.keepMs.high : message.keepMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.keepMs);
                if (message.repository != null && $Object.hasOwnProperty.call(message, "repository") && message.repository !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.repository);
                if (message.sources != null && message.sources.length)
                    for (let i = 0; i < message.sources.length; ++i)
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.sources[i]);
                if (message.excludes != null && message.excludes.length)
                    for (let i = 0; i < message.excludes.length; ++i)
                        writer.uint32(/* id 8, wireType 2 =*/66).string(message.excludes[i]);
                if (message.startedByAgent != null && $Object.hasOwnProperty.call(message, "startedByAgent") && message.startedByAgent !== false)
                    writer.uint32(/* id 9, wireType 0 =*/72).bool(message.startedByAgent);
                if (message.sharedAs != null && $Object.hasOwnProperty.call(message, "sharedAs") && message.sharedAs !== "")
                    writer.uint32(/* id 10, wireType 2 =*/82).string(message.sharedAs);
                if (message.staleAfter != null && $Object.hasOwnProperty.call(message, "staleAfter"))
                    $root.backproof.v1.StaleAfter.encode(message.staleAfter, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JobDeclared message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.JobDeclared
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.JobDeclared & backproof.v1.JobDeclared.$Shape} JobDeclared
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JobDeclared.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.JobDeclared();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.schedule = $root.backproof.v1.Schedule.decode(reader, reader.size(), $undefined, _depth + 1, message.schedule);
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.longestSilenceMs = value;
                            else
                                delete message.longestSilenceMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.keepMs = value;
                            else
                                delete message.keepMs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.repository = value;
                            else
                                delete message.repository;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.sources && message.sources.length))
                                message.sources = [];
                            message.sources.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (!(message.excludes && message.excludes.length))
                                message.excludes = [];
                            message.excludes.push(reader.stringVerify());
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.startedByAgent = value;
                            else
                                delete message.startedByAgent;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sharedAs = value;
                            else
                                delete message.sharedAs;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.staleAfter = $root.backproof.v1.StaleAfter.decode(reader, reader.size(), $undefined, _depth + 1, message.staleAfter);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return JobDeclared;
        })();

        v1.StaleAfter = (function() {

            /**
             * Properties of a StaleAfter.
             * @typedef {Object} backproof.v1.StaleAfter.$Properties
             * @property {number|null} [warningMs] StaleAfter warningMs
             * @property {number|null} [criticalMs] StaleAfter criticalMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a StaleAfter.
             * @memberof backproof.v1
             * @interface IStaleAfter
             * @augments backproof.v1.StaleAfter.$Properties
             * @deprecated Use backproof.v1.StaleAfter.$Properties instead.
             */

            /**
             * Shape of a StaleAfter.
             * @typedef {backproof.v1.StaleAfter.$Properties} backproof.v1.StaleAfter.$Shape
             */

            /**
             * Constructs a new StaleAfter.
             * @memberof backproof.v1
             * @classdesc Represents a StaleAfter.
             * @constructor
             * @param {backproof.v1.StaleAfter.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const StaleAfter = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * StaleAfter warningMs.
             * @member {number} warningMs
             * @memberof backproof.v1.StaleAfter
             * @instance
             */
            StaleAfter.prototype.warningMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * StaleAfter criticalMs.
             * @member {number} criticalMs
             * @memberof backproof.v1.StaleAfter
             * @instance
             */
            StaleAfter.prototype.criticalMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified StaleAfter message. Does not implicitly {@link backproof.v1.StaleAfter.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.StaleAfter
             * @static
             * @param {backproof.v1.StaleAfter.$Properties} message StaleAfter message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            StaleAfter.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.warningMs != null && $Object.hasOwnProperty.call(message, "warningMs") && (typeof message.warningMs === "object" ? message.warningMs.low || message.warningMs.high : message.warningMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.warningMs);
                if (message.criticalMs != null && $Object.hasOwnProperty.call(message, "criticalMs") && (typeof message.criticalMs === "object" ? message.criticalMs.low || message.criticalMs.high : message.criticalMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.criticalMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a StaleAfter message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.StaleAfter
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.StaleAfter & backproof.v1.StaleAfter.$Shape} StaleAfter
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            StaleAfter.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.StaleAfter();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.warningMs = value;
                            else
                                delete message.warningMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.criticalMs = value;
                            else
                                delete message.criticalMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return StaleAfter;
        })();

        v1.JobRemoved = (function() {

            /**
             * Properties of a JobRemoved.
             * @typedef {Object} backproof.v1.JobRemoved.$Properties
             * @property {string|null} [job] JobRemoved job
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JobRemoved.
             * @memberof backproof.v1
             * @interface IJobRemoved
             * @augments backproof.v1.JobRemoved.$Properties
             * @deprecated Use backproof.v1.JobRemoved.$Properties instead.
             */

            /**
             * Shape of a JobRemoved.
             * @typedef {backproof.v1.JobRemoved.$Properties} backproof.v1.JobRemoved.$Shape
             */

            /**
             * Constructs a new JobRemoved.
             * @memberof backproof.v1
             * @classdesc Represents a JobRemoved.
             * @constructor
             * @param {backproof.v1.JobRemoved.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JobRemoved = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JobRemoved job.
             * @member {string} job
             * @memberof backproof.v1.JobRemoved
             * @instance
             */
            JobRemoved.prototype.job = "";

            /**
             * Encodes the specified JobRemoved message. Does not implicitly {@link backproof.v1.JobRemoved.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.JobRemoved
             * @static
             * @param {backproof.v1.JobRemoved.$Properties} message JobRemoved message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JobRemoved.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JobRemoved message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.JobRemoved
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.JobRemoved & backproof.v1.JobRemoved.$Shape} JobRemoved
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JobRemoved.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.JobRemoved();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return JobRemoved;
        })();

        /**
         * Trigger enum.
         * @name backproof.v1.Trigger
         * @enum {number}
         * @property {number} TRIGGER_UNSPECIFIED=0 TRIGGER_UNSPECIFIED value
         * @property {number} TRIGGER_SCHEDULE=1 TRIGGER_SCHEDULE value
         * @property {number} TRIGGER_CATCH_UP=2 TRIGGER_CATCH_UP value
         * @property {number} TRIGGER_MANUAL=3 TRIGGER_MANUAL value
         * @property {number} TRIGGER_REQUEST=4 TRIGGER_REQUEST value
         * @property {number} TRIGGER_EXEC=5 TRIGGER_EXEC value
         * @property {number} TRIGGER_PING=6 TRIGGER_PING value
         */
        v1.Trigger = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "TRIGGER_UNSPECIFIED"] = 0;
            values[valuesById[1] = "TRIGGER_SCHEDULE"] = 1;
            values[valuesById[2] = "TRIGGER_CATCH_UP"] = 2;
            values[valuesById[3] = "TRIGGER_MANUAL"] = 3;
            values[valuesById[4] = "TRIGGER_REQUEST"] = 4;
            values[valuesById[5] = "TRIGGER_EXEC"] = 5;
            values[valuesById[6] = "TRIGGER_PING"] = 6;
            return values;
        })();

        /**
         * Outcome enum.
         * @name backproof.v1.Outcome
         * @enum {number}
         * @property {number} OUTCOME_UNSPECIFIED=0 OUTCOME_UNSPECIFIED value
         * @property {number} OUTCOME_SUCCEEDED=1 OUTCOME_SUCCEEDED value
         * @property {number} OUTCOME_WARNING=2 OUTCOME_WARNING value
         * @property {number} OUTCOME_FAILED=3 OUTCOME_FAILED value
         * @property {number} OUTCOME_TIMED_OUT=4 OUTCOME_TIMED_OUT value
         * @property {number} OUTCOME_CANCELLED=5 OUTCOME_CANCELLED value
         * @property {number} OUTCOME_SKIPPED=6 OUTCOME_SKIPPED value
         */
        v1.Outcome = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "OUTCOME_UNSPECIFIED"] = 0;
            values[valuesById[1] = "OUTCOME_SUCCEEDED"] = 1;
            values[valuesById[2] = "OUTCOME_WARNING"] = 2;
            values[valuesById[3] = "OUTCOME_FAILED"] = 3;
            values[valuesById[4] = "OUTCOME_TIMED_OUT"] = 4;
            values[valuesById[5] = "OUTCOME_CANCELLED"] = 5;
            values[valuesById[6] = "OUTCOME_SKIPPED"] = 6;
            return values;
        })();

        v1.RunStarted = (function() {

            /**
             * Properties of a RunStarted.
             * @typedef {Object} backproof.v1.RunStarted.$Properties
             * @property {string|null} [job] RunStarted job
             * @property {string|null} [runId] RunStarted runId
             * @property {number|null} [dueAtMs] RunStarted dueAtMs
             * @property {number|null} [startedAtMs] RunStarted startedAtMs
             * @property {backproof.v1.Trigger|null} [trigger] RunStarted trigger
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RunStarted.
             * @memberof backproof.v1
             * @interface IRunStarted
             * @augments backproof.v1.RunStarted.$Properties
             * @deprecated Use backproof.v1.RunStarted.$Properties instead.
             */

            /**
             * Shape of a RunStarted.
             * @typedef {backproof.v1.RunStarted.$Properties} backproof.v1.RunStarted.$Shape
             */

            /**
             * Constructs a new RunStarted.
             * @memberof backproof.v1
             * @classdesc Represents a RunStarted.
             * @constructor
             * @param {backproof.v1.RunStarted.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RunStarted = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RunStarted job.
             * @member {string} job
             * @memberof backproof.v1.RunStarted
             * @instance
             */
            RunStarted.prototype.job = "";

            /**
             * RunStarted runId.
             * @member {string} runId
             * @memberof backproof.v1.RunStarted
             * @instance
             */
            RunStarted.prototype.runId = "";

            /**
             * RunStarted dueAtMs.
             * @member {number} dueAtMs
             * @memberof backproof.v1.RunStarted
             * @instance
             */
            RunStarted.prototype.dueAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunStarted startedAtMs.
             * @member {number} startedAtMs
             * @memberof backproof.v1.RunStarted
             * @instance
             */
            RunStarted.prototype.startedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunStarted trigger.
             * @member {backproof.v1.Trigger} trigger
             * @memberof backproof.v1.RunStarted
             * @instance
             */
            RunStarted.prototype.trigger = 0;

            /**
             * Encodes the specified RunStarted message. Does not implicitly {@link backproof.v1.RunStarted.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RunStarted
             * @static
             * @param {backproof.v1.RunStarted.$Properties} message RunStarted message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RunStarted.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.runId != null && $Object.hasOwnProperty.call(message, "runId") && message.runId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.runId);
                if (message.dueAtMs != null && $Object.hasOwnProperty.call(message, "dueAtMs") && (typeof message.dueAtMs === "object" ? message.dueAtMs.low || message.dueAtMs.high : message.dueAtMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.dueAtMs);
                if (message.startedAtMs != null && $Object.hasOwnProperty.call(message, "startedAtMs") && (typeof message.startedAtMs === "object" ? message.startedAtMs.low || message.startedAtMs.high : message.startedAtMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.startedAtMs);
                if (message.trigger != null && $Object.hasOwnProperty.call(message, "trigger") && message.trigger !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).int32(message.trigger);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RunStarted message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RunStarted
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RunStarted & backproof.v1.RunStarted.$Shape} RunStarted
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RunStarted.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RunStarted();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.runId = value;
                            else
                                delete message.runId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.dueAtMs = value;
                            else
                                delete message.dueAtMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.startedAtMs = value;
                            else
                                delete message.startedAtMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.trigger = value;
                            else
                                delete message.trigger;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RunStarted;
        })();

        v1.RunFinished = (function() {

            /**
             * Properties of a RunFinished.
             * @typedef {Object} backproof.v1.RunFinished.$Properties
             * @property {string|null} [job] RunFinished job
             * @property {string|null} [runId] RunFinished runId
             * @property {number|null} [dueAtMs] RunFinished dueAtMs
             * @property {number|null} [startedAtMs] RunFinished startedAtMs
             * @property {number|null} [finishedAtMs] RunFinished finishedAtMs
             * @property {number|null} [durationMs] RunFinished durationMs
             * @property {backproof.v1.Trigger|null} [trigger] RunFinished trigger
             * @property {backproof.v1.Outcome|null} [outcome] RunFinished outcome
             * @property {number|null} [exitCode] RunFinished exitCode
             * @property {string|null} [signal] RunFinished signal
             * @property {string|null} [reason] RunFinished reason
             * @property {Array.<backproof.v1.RecoveryPoint.$Properties>|null} [recoveryPoints] RunFinished recoveryPoints
             * @property {backproof.v1.RunStats.$Properties|null} [stats] RunFinished stats
             * @property {Array.<backproof.v1.Warning.$Properties>|null} [warnings] RunFinished warnings
             * @property {number|null} [warningsTotal] RunFinished warningsTotal
             * @property {string|null} [logTail] RunFinished logTail
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RunFinished.
             * @memberof backproof.v1
             * @interface IRunFinished
             * @augments backproof.v1.RunFinished.$Properties
             * @deprecated Use backproof.v1.RunFinished.$Properties instead.
             */

            /**
             * Shape of a RunFinished.
             * @typedef {backproof.v1.RunFinished.$Properties} backproof.v1.RunFinished.$Shape
             */

            /**
             * Constructs a new RunFinished.
             * @memberof backproof.v1
             * @classdesc Represents a RunFinished.
             * @constructor
             * @param {backproof.v1.RunFinished.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RunFinished = function (properties) {
                this.recoveryPoints = [];
                this.warnings = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RunFinished job.
             * @member {string} job
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.job = "";

            /**
             * RunFinished runId.
             * @member {string} runId
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.runId = "";

            /**
             * RunFinished dueAtMs.
             * @member {number} dueAtMs
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.dueAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunFinished startedAtMs.
             * @member {number} startedAtMs
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.startedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunFinished finishedAtMs.
             * @member {number} finishedAtMs
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.finishedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunFinished durationMs.
             * @member {number} durationMs
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.durationMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunFinished trigger.
             * @member {backproof.v1.Trigger} trigger
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.trigger = 0;

            /**
             * RunFinished outcome.
             * @member {backproof.v1.Outcome} outcome
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.outcome = 0;

            /**
             * RunFinished exitCode.
             * @member {number|null|undefined} exitCode
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.exitCode = null;

            /**
             * RunFinished signal.
             * @member {string} signal
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.signal = "";

            /**
             * RunFinished reason.
             * @member {string} reason
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.reason = "";

            /**
             * RunFinished recoveryPoints.
             * @member {Array.<backproof.v1.RecoveryPoint.$Properties>} recoveryPoints
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.recoveryPoints = $util.emptyArray;

            /**
             * RunFinished stats.
             * @member {backproof.v1.RunStats.$Properties|null|undefined} stats
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.stats = null;

            /**
             * RunFinished warnings.
             * @member {Array.<backproof.v1.Warning.$Properties>} warnings
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.warnings = $util.emptyArray;

            /**
             * RunFinished warningsTotal.
             * @member {number} warningsTotal
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.warningsTotal = 0;

            /**
             * RunFinished logTail.
             * @member {string} logTail
             * @memberof backproof.v1.RunFinished
             * @instance
             */
            RunFinished.prototype.logTail = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(RunFinished.prototype, "_exitCode", {
                get: $util.oneOfGetter($oneOfFields = ["exitCode"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified RunFinished message. Does not implicitly {@link backproof.v1.RunFinished.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RunFinished
             * @static
             * @param {backproof.v1.RunFinished.$Properties} message RunFinished message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RunFinished.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.runId != null && $Object.hasOwnProperty.call(message, "runId") && message.runId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.runId);
                if (message.dueAtMs != null && $Object.hasOwnProperty.call(message, "dueAtMs") && (typeof message.dueAtMs === "object" ? message.dueAtMs.low || message.dueAtMs.high : message.dueAtMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.dueAtMs);
                if (message.startedAtMs != null && $Object.hasOwnProperty.call(message, "startedAtMs") && (typeof message.startedAtMs === "object" ? message.startedAtMs.low || message.startedAtMs.high : message.startedAtMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.startedAtMs);
                if (message.finishedAtMs != null && $Object.hasOwnProperty.call(message, "finishedAtMs") && (typeof message.finishedAtMs === "object" ? message.finishedAtMs.low || message.finishedAtMs.high : message.finishedAtMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.finishedAtMs);
                if (message.durationMs != null && $Object.hasOwnProperty.call(message, "durationMs") && (typeof message.durationMs === "object" ? message.durationMs.low || message.durationMs.high : message.durationMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.durationMs);
                if (message.trigger != null && $Object.hasOwnProperty.call(message, "trigger") && message.trigger !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).int32(message.trigger);
                if (message.outcome != null && $Object.hasOwnProperty.call(message, "outcome") && message.outcome !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).int32(message.outcome);
                if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode"))
                    writer.uint32(/* id 9, wireType 0 =*/72).int32(message.exitCode);
                if (message.signal != null && $Object.hasOwnProperty.call(message, "signal") && message.signal !== "")
                    writer.uint32(/* id 10, wireType 2 =*/82).string(message.signal);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.reason);
                if (message.recoveryPoints != null && message.recoveryPoints.length)
                    for (let i = 0; i < message.recoveryPoints.length; ++i)
                        $root.backproof.v1.RecoveryPoint.encode(message.recoveryPoints[i], writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.stats != null && $Object.hasOwnProperty.call(message, "stats"))
                    $root.backproof.v1.RunStats.encode(message.stats, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.warnings != null && message.warnings.length)
                    for (let i = 0; i < message.warnings.length; ++i)
                        $root.backproof.v1.Warning.encode(message.warnings[i], writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                if (message.warningsTotal != null && $Object.hasOwnProperty.call(message, "warningsTotal") && message.warningsTotal !== 0)
                    writer.uint32(/* id 15, wireType 0 =*/120).uint32(message.warningsTotal);
                if (message.logTail != null && $Object.hasOwnProperty.call(message, "logTail") && message.logTail !== "")
                    writer.uint32(/* id 16, wireType 2 =*/130).string(message.logTail);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RunFinished message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RunFinished
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RunFinished & backproof.v1.RunFinished.$Shape} RunFinished
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RunFinished.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RunFinished();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.runId = value;
                            else
                                delete message.runId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.dueAtMs = value;
                            else
                                delete message.dueAtMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.startedAtMs = value;
                            else
                                delete message.startedAtMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.finishedAtMs = value;
                            else
                                delete message.finishedAtMs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.durationMs = value;
                            else
                                delete message.durationMs;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.trigger = value;
                            else
                                delete message.trigger;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.outcome = value;
                            else
                                delete message.outcome;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            message.exitCode = reader.int32();
                            message._exitCode = "exitCode";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.signal = value;
                            else
                                delete message.signal;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if (!(message.recoveryPoints && message.recoveryPoints.length))
                                message.recoveryPoints = [];
                            message.recoveryPoints.push($root.backproof.v1.RecoveryPoint.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.stats = $root.backproof.v1.RunStats.decode(reader, reader.size(), $undefined, _depth + 1, message.stats);
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            if (!(message.warnings && message.warnings.length))
                                message.warnings = [];
                            message.warnings.push($root.backproof.v1.Warning.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.warningsTotal = value;
                            else
                                delete message.warningsTotal;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.logTail = value;
                            else
                                delete message.logTail;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RunFinished;
        })();

        v1.RunStats = (function() {

            /**
             * Properties of a RunStats.
             * @typedef {Object} backproof.v1.RunStats.$Properties
             * @property {number|null} [originalBytes] RunStats originalBytes
             * @property {number|null} [compressedBytes] RunStats compressedBytes
             * @property {number|null} [deduplicatedBytes] RunStats deduplicatedBytes
             * @property {number|null} [files] RunStats files
             * @property {number|null} [excluded] RunStats excluded
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RunStats.
             * @memberof backproof.v1
             * @interface IRunStats
             * @augments backproof.v1.RunStats.$Properties
             * @deprecated Use backproof.v1.RunStats.$Properties instead.
             */

            /**
             * Shape of a RunStats.
             * @typedef {backproof.v1.RunStats.$Properties} backproof.v1.RunStats.$Shape
             */

            /**
             * Constructs a new RunStats.
             * @memberof backproof.v1
             * @classdesc Represents a RunStats.
             * @constructor
             * @param {backproof.v1.RunStats.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RunStats = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RunStats originalBytes.
             * @member {number} originalBytes
             * @memberof backproof.v1.RunStats
             * @instance
             */
            RunStats.prototype.originalBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunStats compressedBytes.
             * @member {number} compressedBytes
             * @memberof backproof.v1.RunStats
             * @instance
             */
            RunStats.prototype.compressedBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunStats deduplicatedBytes.
             * @member {number} deduplicatedBytes
             * @memberof backproof.v1.RunStats
             * @instance
             */
            RunStats.prototype.deduplicatedBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunStats files.
             * @member {number} files
             * @memberof backproof.v1.RunStats
             * @instance
             */
            RunStats.prototype.files = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunStats excluded.
             * @member {number} excluded
             * @memberof backproof.v1.RunStats
             * @instance
             */
            RunStats.prototype.excluded = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified RunStats message. Does not implicitly {@link backproof.v1.RunStats.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RunStats
             * @static
             * @param {backproof.v1.RunStats.$Properties} message RunStats message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RunStats.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.originalBytes != null && $Object.hasOwnProperty.call(message, "originalBytes") && (typeof message.originalBytes === "object" ? message.originalBytes.low || message.originalBytes.high : message.originalBytes !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.originalBytes);
                if (message.compressedBytes != null && $Object.hasOwnProperty.call(message, "compressedBytes") && (typeof message.compressedBytes === "object" ? message.compressedBytes.low || message.compressedBytes.high : message.compressedBytes !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.compressedBytes);
                if (message.deduplicatedBytes != null && $Object.hasOwnProperty.call(message, "deduplicatedBytes") && (typeof message.deduplicatedBytes === "object" ? message.deduplicatedBytes.low || message.deduplicatedBytes.high : message.deduplicatedBytes !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.deduplicatedBytes);
                if (message.files != null && $Object.hasOwnProperty.call(message, "files") && (typeof message.files === "object" ? message.files.low || message.files.high : message.files !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.files);
                if (message.excluded != null && $Object.hasOwnProperty.call(message, "excluded") && (typeof message.excluded === "object" ? message.excluded.low || message.excluded.high : message.excluded !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.excluded);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RunStats message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RunStats
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RunStats & backproof.v1.RunStats.$Shape} RunStats
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RunStats.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RunStats();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.originalBytes = value;
                            else
                                delete message.originalBytes;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.compressedBytes = value;
                            else
                                delete message.compressedBytes;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.deduplicatedBytes = value;
                            else
                                delete message.deduplicatedBytes;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.files = value;
                            else
                                delete message.files;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.excluded = value;
                            else
                                delete message.excluded;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RunStats;
        })();

        v1.Warning = (function() {

            /**
             * Properties of a Warning.
             * @typedef {Object} backproof.v1.Warning.$Properties
             * @property {string|null} [code] Warning code
             * @property {string|null} [message] Warning message
             * @property {string|null} [path] Warning path
             * @property {boolean|null} [harmless] Warning harmless
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Warning.
             * @memberof backproof.v1
             * @interface IWarning
             * @augments backproof.v1.Warning.$Properties
             * @deprecated Use backproof.v1.Warning.$Properties instead.
             */

            /**
             * Shape of a Warning.
             * @typedef {backproof.v1.Warning.$Properties} backproof.v1.Warning.$Shape
             */

            /**
             * Constructs a new Warning.
             * @memberof backproof.v1
             * @classdesc Represents a Warning.
             * @constructor
             * @param {backproof.v1.Warning.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Warning = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Warning code.
             * @member {string} code
             * @memberof backproof.v1.Warning
             * @instance
             */
            Warning.prototype.code = "";

            /**
             * Warning message.
             * @member {string} message
             * @memberof backproof.v1.Warning
             * @instance
             */
            Warning.prototype.message = "";

            /**
             * Warning path.
             * @member {string} path
             * @memberof backproof.v1.Warning
             * @instance
             */
            Warning.prototype.path = "";

            /**
             * Warning harmless.
             * @member {boolean} harmless
             * @memberof backproof.v1.Warning
             * @instance
             */
            Warning.prototype.harmless = false;

            /**
             * Encodes the specified Warning message. Does not implicitly {@link backproof.v1.Warning.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Warning
             * @static
             * @param {backproof.v1.Warning.$Properties} message Warning message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Warning.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.path);
                if (message.harmless != null && $Object.hasOwnProperty.call(message, "harmless") && message.harmless !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.harmless);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Warning message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Warning
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Warning & backproof.v1.Warning.$Shape} Warning
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Warning.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Warning();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.path = value;
                            else
                                delete message.path;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.harmless = value;
                            else
                                delete message.harmless;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Warning;
        })();

        v1.RecoveryPoint = (function() {

            /**
             * Properties of a RecoveryPoint.
             * @typedef {Object} backproof.v1.RecoveryPoint.$Properties
             * @property {string|null} [repository] RecoveryPoint repository
             * @property {string|null} [name] RecoveryPoint name
             * @property {string|null} [id] RecoveryPoint id
             * @property {string|null} [subject] RecoveryPoint subject
             * @property {number|null} [createdAtMs] RecoveryPoint createdAtMs
             * @property {number|null} [sizeBytes] RecoveryPoint sizeBytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RecoveryPoint.
             * @memberof backproof.v1
             * @interface IRecoveryPoint
             * @augments backproof.v1.RecoveryPoint.$Properties
             * @deprecated Use backproof.v1.RecoveryPoint.$Properties instead.
             */

            /**
             * Shape of a RecoveryPoint.
             * @typedef {backproof.v1.RecoveryPoint.$Properties} backproof.v1.RecoveryPoint.$Shape
             */

            /**
             * Constructs a new RecoveryPoint.
             * @memberof backproof.v1
             * @classdesc Represents a RecoveryPoint.
             * @constructor
             * @param {backproof.v1.RecoveryPoint.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RecoveryPoint = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RecoveryPoint repository.
             * @member {string} repository
             * @memberof backproof.v1.RecoveryPoint
             * @instance
             */
            RecoveryPoint.prototype.repository = "";

            /**
             * RecoveryPoint name.
             * @member {string} name
             * @memberof backproof.v1.RecoveryPoint
             * @instance
             */
            RecoveryPoint.prototype.name = "";

            /**
             * RecoveryPoint id.
             * @member {string} id
             * @memberof backproof.v1.RecoveryPoint
             * @instance
             */
            RecoveryPoint.prototype.id = "";

            /**
             * RecoveryPoint subject.
             * @member {string} subject
             * @memberof backproof.v1.RecoveryPoint
             * @instance
             */
            RecoveryPoint.prototype.subject = "";

            /**
             * RecoveryPoint createdAtMs.
             * @member {number} createdAtMs
             * @memberof backproof.v1.RecoveryPoint
             * @instance
             */
            RecoveryPoint.prototype.createdAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RecoveryPoint sizeBytes.
             * @member {number} sizeBytes
             * @memberof backproof.v1.RecoveryPoint
             * @instance
             */
            RecoveryPoint.prototype.sizeBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified RecoveryPoint message. Does not implicitly {@link backproof.v1.RecoveryPoint.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RecoveryPoint
             * @static
             * @param {backproof.v1.RecoveryPoint.$Properties} message RecoveryPoint message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RecoveryPoint.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.repository != null && $Object.hasOwnProperty.call(message, "repository") && message.repository !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.repository);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.id);
                if (message.subject != null && $Object.hasOwnProperty.call(message, "subject") && message.subject !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.subject);
                if (message.createdAtMs != null && $Object.hasOwnProperty.call(message, "createdAtMs") && (typeof message.createdAtMs === "object" ? message.createdAtMs.low || message.createdAtMs.high : message.createdAtMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.createdAtMs);
                if (message.sizeBytes != null && $Object.hasOwnProperty.call(message, "sizeBytes") && (typeof message.sizeBytes === "object" ? message.sizeBytes.low || message.sizeBytes.high : message.sizeBytes !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.sizeBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RecoveryPoint message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RecoveryPoint
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RecoveryPoint & backproof.v1.RecoveryPoint.$Shape} RecoveryPoint
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RecoveryPoint.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RecoveryPoint();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.repository = value;
                            else
                                delete message.repository;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.subject = value;
                            else
                                delete message.subject;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.createdAtMs = value;
                            else
                                delete message.createdAtMs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.sizeBytes = value;
                            else
                                delete message.sizeBytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RecoveryPoint;
        })();

        v1.RecoveryPointsSeen = (function() {

            /**
             * Properties of a RecoveryPointsSeen.
             * @typedef {Object} backproof.v1.RecoveryPointsSeen.$Properties
             * @property {string|null} [job] RecoveryPointsSeen job
             * @property {Array.<backproof.v1.RecoveryPoint.$Properties>|null} [recoveryPoints] RecoveryPointsSeen recoveryPoints
             * @property {boolean|null} [complete] RecoveryPointsSeen complete
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RecoveryPointsSeen.
             * @memberof backproof.v1
             * @interface IRecoveryPointsSeen
             * @augments backproof.v1.RecoveryPointsSeen.$Properties
             * @deprecated Use backproof.v1.RecoveryPointsSeen.$Properties instead.
             */

            /**
             * Shape of a RecoveryPointsSeen.
             * @typedef {backproof.v1.RecoveryPointsSeen.$Properties} backproof.v1.RecoveryPointsSeen.$Shape
             */

            /**
             * Constructs a new RecoveryPointsSeen.
             * @memberof backproof.v1
             * @classdesc Represents a RecoveryPointsSeen.
             * @constructor
             * @param {backproof.v1.RecoveryPointsSeen.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RecoveryPointsSeen = function (properties) {
                this.recoveryPoints = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RecoveryPointsSeen job.
             * @member {string} job
             * @memberof backproof.v1.RecoveryPointsSeen
             * @instance
             */
            RecoveryPointsSeen.prototype.job = "";

            /**
             * RecoveryPointsSeen recoveryPoints.
             * @member {Array.<backproof.v1.RecoveryPoint.$Properties>} recoveryPoints
             * @memberof backproof.v1.RecoveryPointsSeen
             * @instance
             */
            RecoveryPointsSeen.prototype.recoveryPoints = $util.emptyArray;

            /**
             * RecoveryPointsSeen complete.
             * @member {boolean} complete
             * @memberof backproof.v1.RecoveryPointsSeen
             * @instance
             */
            RecoveryPointsSeen.prototype.complete = false;

            /**
             * Encodes the specified RecoveryPointsSeen message. Does not implicitly {@link backproof.v1.RecoveryPointsSeen.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RecoveryPointsSeen
             * @static
             * @param {backproof.v1.RecoveryPointsSeen.$Properties} message RecoveryPointsSeen message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RecoveryPointsSeen.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.recoveryPoints != null && message.recoveryPoints.length)
                    for (let i = 0; i < message.recoveryPoints.length; ++i)
                        $root.backproof.v1.RecoveryPoint.encode(message.recoveryPoints[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.complete != null && $Object.hasOwnProperty.call(message, "complete") && message.complete !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.complete);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RecoveryPointsSeen message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RecoveryPointsSeen
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RecoveryPointsSeen & backproof.v1.RecoveryPointsSeen.$Shape} RecoveryPointsSeen
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RecoveryPointsSeen.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RecoveryPointsSeen();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.recoveryPoints && message.recoveryPoints.length))
                                message.recoveryPoints = [];
                            message.recoveryPoints.push($root.backproof.v1.RecoveryPoint.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.complete = value;
                            else
                                delete message.complete;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RecoveryPointsSeen;
        })();

        v1.StorageSeen = (function() {

            /**
             * Properties of a StorageSeen.
             * @typedef {Object} backproof.v1.StorageSeen.$Properties
             * @property {Array.<backproof.v1.FileSystem.$Properties>|null} [fileSystems] StorageSeen fileSystems
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a StorageSeen.
             * @memberof backproof.v1
             * @interface IStorageSeen
             * @augments backproof.v1.StorageSeen.$Properties
             * @deprecated Use backproof.v1.StorageSeen.$Properties instead.
             */

            /**
             * Shape of a StorageSeen.
             * @typedef {backproof.v1.StorageSeen.$Properties} backproof.v1.StorageSeen.$Shape
             */

            /**
             * Constructs a new StorageSeen.
             * @memberof backproof.v1
             * @classdesc Represents a StorageSeen.
             * @constructor
             * @param {backproof.v1.StorageSeen.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const StorageSeen = function (properties) {
                this.fileSystems = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * StorageSeen fileSystems.
             * @member {Array.<backproof.v1.FileSystem.$Properties>} fileSystems
             * @memberof backproof.v1.StorageSeen
             * @instance
             */
            StorageSeen.prototype.fileSystems = $util.emptyArray;

            /**
             * Encodes the specified StorageSeen message. Does not implicitly {@link backproof.v1.StorageSeen.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.StorageSeen
             * @static
             * @param {backproof.v1.StorageSeen.$Properties} message StorageSeen message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            StorageSeen.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.fileSystems != null && message.fileSystems.length)
                    for (let i = 0; i < message.fileSystems.length; ++i)
                        $root.backproof.v1.FileSystem.encode(message.fileSystems[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a StorageSeen message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.StorageSeen
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.StorageSeen & backproof.v1.StorageSeen.$Shape} StorageSeen
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            StorageSeen.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.StorageSeen();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.fileSystems && message.fileSystems.length))
                                message.fileSystems = [];
                            message.fileSystems.push($root.backproof.v1.FileSystem.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return StorageSeen;
        })();

        v1.FileSystem = (function() {

            /**
             * Properties of a FileSystem.
             * @typedef {Object} backproof.v1.FileSystem.$Properties
             * @property {string|null} [path] FileSystem path
             * @property {number|null} [totalBytes] FileSystem totalBytes
             * @property {number|null} [freeBytes] FileSystem freeBytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a FileSystem.
             * @memberof backproof.v1
             * @interface IFileSystem
             * @augments backproof.v1.FileSystem.$Properties
             * @deprecated Use backproof.v1.FileSystem.$Properties instead.
             */

            /**
             * Shape of a FileSystem.
             * @typedef {backproof.v1.FileSystem.$Properties} backproof.v1.FileSystem.$Shape
             */

            /**
             * Constructs a new FileSystem.
             * @memberof backproof.v1
             * @classdesc Represents a FileSystem.
             * @constructor
             * @param {backproof.v1.FileSystem.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const FileSystem = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * FileSystem path.
             * @member {string} path
             * @memberof backproof.v1.FileSystem
             * @instance
             */
            FileSystem.prototype.path = "";

            /**
             * FileSystem totalBytes.
             * @member {number} totalBytes
             * @memberof backproof.v1.FileSystem
             * @instance
             */
            FileSystem.prototype.totalBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * FileSystem freeBytes.
             * @member {number} freeBytes
             * @memberof backproof.v1.FileSystem
             * @instance
             */
            FileSystem.prototype.freeBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified FileSystem message. Does not implicitly {@link backproof.v1.FileSystem.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.FileSystem
             * @static
             * @param {backproof.v1.FileSystem.$Properties} message FileSystem message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            FileSystem.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.path);
                if (message.totalBytes != null && $Object.hasOwnProperty.call(message, "totalBytes") && (typeof message.totalBytes === "object" ? message.totalBytes.low || message.totalBytes.high : message.totalBytes !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.totalBytes);
                if (message.freeBytes != null && $Object.hasOwnProperty.call(message, "freeBytes") && (typeof message.freeBytes === "object" ? message.freeBytes.low || message.freeBytes.high : message.freeBytes !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.freeBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a FileSystem message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.FileSystem
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.FileSystem & backproof.v1.FileSystem.$Shape} FileSystem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            FileSystem.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.FileSystem();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.path = value;
                            else
                                delete message.path;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.totalBytes = value;
                            else
                                delete message.totalBytes;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.freeBytes = value;
                            else
                                delete message.freeBytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return FileSystem;
        })();

        v1.Tool = (function() {

            /**
             * Properties of a Tool.
             * @typedef {Object} backproof.v1.Tool.$Properties
             * @property {string|null} [name] Tool name
             * @property {string|null} [version] Tool version
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Tool.
             * @memberof backproof.v1
             * @interface ITool
             * @augments backproof.v1.Tool.$Properties
             * @deprecated Use backproof.v1.Tool.$Properties instead.
             */

            /**
             * Shape of a Tool.
             * @typedef {backproof.v1.Tool.$Properties} backproof.v1.Tool.$Shape
             */

            /**
             * Constructs a new Tool.
             * @memberof backproof.v1
             * @classdesc Represents a Tool.
             * @constructor
             * @param {backproof.v1.Tool.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Tool = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Tool name.
             * @member {string} name
             * @memberof backproof.v1.Tool
             * @instance
             */
            Tool.prototype.name = "";

            /**
             * Tool version.
             * @member {string} version
             * @memberof backproof.v1.Tool
             * @instance
             */
            Tool.prototype.version = "";

            /**
             * Encodes the specified Tool message. Does not implicitly {@link backproof.v1.Tool.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Tool
             * @static
             * @param {backproof.v1.Tool.$Properties} message Tool message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Tool.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.version);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Tool message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Tool
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Tool & backproof.v1.Tool.$Shape} Tool
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Tool.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Tool();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Tool;
        })();

        v1.NotBackedUp = (function() {

            /**
             * Properties of a NotBackedUp.
             * @typedef {Object} backproof.v1.NotBackedUp.$Properties
             * @property {string|null} [name] NotBackedUp name
             * @property {string|null} [why] NotBackedUp why
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NotBackedUp.
             * @memberof backproof.v1
             * @interface INotBackedUp
             * @augments backproof.v1.NotBackedUp.$Properties
             * @deprecated Use backproof.v1.NotBackedUp.$Properties instead.
             */

            /**
             * Shape of a NotBackedUp.
             * @typedef {backproof.v1.NotBackedUp.$Properties} backproof.v1.NotBackedUp.$Shape
             */

            /**
             * Constructs a new NotBackedUp.
             * @memberof backproof.v1
             * @classdesc Represents a NotBackedUp.
             * @constructor
             * @param {backproof.v1.NotBackedUp.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NotBackedUp = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NotBackedUp name.
             * @member {string} name
             * @memberof backproof.v1.NotBackedUp
             * @instance
             */
            NotBackedUp.prototype.name = "";

            /**
             * NotBackedUp why.
             * @member {string} why
             * @memberof backproof.v1.NotBackedUp
             * @instance
             */
            NotBackedUp.prototype.why = "";

            /**
             * Encodes the specified NotBackedUp message. Does not implicitly {@link backproof.v1.NotBackedUp.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.NotBackedUp
             * @static
             * @param {backproof.v1.NotBackedUp.$Properties} message NotBackedUp message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NotBackedUp.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.why != null && $Object.hasOwnProperty.call(message, "why") && message.why !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.why);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NotBackedUp message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.NotBackedUp
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.NotBackedUp & backproof.v1.NotBackedUp.$Shape} NotBackedUp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NotBackedUp.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.NotBackedUp();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.why = value;
                            else
                                delete message.why;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NotBackedUp;
        })();

        v1.HostFacts = (function() {

            /**
             * Properties of a HostFacts.
             * @typedef {Object} backproof.v1.HostFacts.$Properties
             * @property {string|null} [hostname] HostFacts hostname
             * @property {string|null} [os] HostFacts os
             * @property {string|null} [kernel] HostFacts kernel
             * @property {string|null} [nodeVersion] HostFacts nodeVersion
             * @property {string|null} [agentVersion] HostFacts agentVersion
             * @property {string|null} [zone] HostFacts zone
             * @property {number|null} [cpus] HostFacts cpus
             * @property {number|null} [memoryBytes] HostFacts memoryBytes
             * @property {Array.<backproof.v1.Tool.$Properties>|null} [tools] HostFacts tools
             * @property {Array.<backproof.v1.NotBackedUp.$Properties>|null} [notBackedUp] HostFacts notBackedUp
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HostFacts.
             * @memberof backproof.v1
             * @interface IHostFacts
             * @augments backproof.v1.HostFacts.$Properties
             * @deprecated Use backproof.v1.HostFacts.$Properties instead.
             */

            /**
             * Shape of a HostFacts.
             * @typedef {backproof.v1.HostFacts.$Properties} backproof.v1.HostFacts.$Shape
             */

            /**
             * Constructs a new HostFacts.
             * @memberof backproof.v1
             * @classdesc Represents a HostFacts.
             * @constructor
             * @param {backproof.v1.HostFacts.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HostFacts = function (properties) {
                this.tools = [];
                this.notBackedUp = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HostFacts hostname.
             * @member {string} hostname
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.hostname = "";

            /**
             * HostFacts os.
             * @member {string} os
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.os = "";

            /**
             * HostFacts kernel.
             * @member {string} kernel
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.kernel = "";

            /**
             * HostFacts nodeVersion.
             * @member {string} nodeVersion
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.nodeVersion = "";

            /**
             * HostFacts agentVersion.
             * @member {string} agentVersion
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.agentVersion = "";

            /**
             * HostFacts zone.
             * @member {string} zone
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.zone = "";

            /**
             * HostFacts cpus.
             * @member {number} cpus
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.cpus = 0;

            /**
             * HostFacts memoryBytes.
             * @member {number} memoryBytes
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.memoryBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * HostFacts tools.
             * @member {Array.<backproof.v1.Tool.$Properties>} tools
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.tools = $util.emptyArray;

            /**
             * HostFacts notBackedUp.
             * @member {Array.<backproof.v1.NotBackedUp.$Properties>} notBackedUp
             * @memberof backproof.v1.HostFacts
             * @instance
             */
            HostFacts.prototype.notBackedUp = $util.emptyArray;

            /**
             * Encodes the specified HostFacts message. Does not implicitly {@link backproof.v1.HostFacts.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.HostFacts
             * @static
             * @param {backproof.v1.HostFacts.$Properties} message HostFacts message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HostFacts.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hostname != null && $Object.hasOwnProperty.call(message, "hostname") && message.hostname !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.hostname);
                if (message.os != null && $Object.hasOwnProperty.call(message, "os") && message.os !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.os);
                if (message.kernel != null && $Object.hasOwnProperty.call(message, "kernel") && message.kernel !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.kernel);
                if (message.nodeVersion != null && $Object.hasOwnProperty.call(message, "nodeVersion") && message.nodeVersion !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.nodeVersion);
                if (message.agentVersion != null && $Object.hasOwnProperty.call(message, "agentVersion") && message.agentVersion !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.agentVersion);
                if (message.zone != null && $Object.hasOwnProperty.call(message, "zone") && message.zone !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.zone);
                if (message.cpus != null && $Object.hasOwnProperty.call(message, "cpus") && message.cpus !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.cpus);
                if (message.memoryBytes != null && $Object.hasOwnProperty.call(message, "memoryBytes") && (typeof message.memoryBytes === "object" ? message.memoryBytes.low || message.memoryBytes.high : message.memoryBytes !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).int64(message.memoryBytes);
                if (message.tools != null && message.tools.length)
                    for (let i = 0; i < message.tools.length; ++i)
                        $root.backproof.v1.Tool.encode(message.tools[i], writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.notBackedUp != null && message.notBackedUp.length)
                    for (let i = 0; i < message.notBackedUp.length; ++i)
                        $root.backproof.v1.NotBackedUp.encode(message.notBackedUp[i], writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HostFacts message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.HostFacts
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.HostFacts & backproof.v1.HostFacts.$Shape} HostFacts
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HostFacts.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.HostFacts();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.hostname = value;
                            else
                                delete message.hostname;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.os = value;
                            else
                                delete message.os;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kernel = value;
                            else
                                delete message.kernel;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.nodeVersion = value;
                            else
                                delete message.nodeVersion;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.agentVersion = value;
                            else
                                delete message.agentVersion;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.zone = value;
                            else
                                delete message.zone;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.cpus = value;
                            else
                                delete message.cpus;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.memoryBytes = value;
                            else
                                delete message.memoryBytes;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.tools && message.tools.length))
                                message.tools = [];
                            message.tools.push($root.backproof.v1.Tool.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.notBackedUp && message.notBackedUp.length))
                                message.notBackedUp = [];
                            message.notBackedUp.push($root.backproof.v1.NotBackedUp.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HostFacts;
        })();

        v1.RepositorySeen = (function() {

            /**
             * Properties of a RepositorySeen.
             * @typedef {Object} backproof.v1.RepositorySeen.$Properties
             * @property {string|null} [repository] RepositorySeen repository
             * @property {string|null} [borgId] RepositorySeen borgId
             * @property {string|null} [location] RepositorySeen location
             * @property {string|null} [encryption] RepositorySeen encryption
             * @property {string|null} [heldFor] RepositorySeen heldFor
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RepositorySeen.
             * @memberof backproof.v1
             * @interface IRepositorySeen
             * @augments backproof.v1.RepositorySeen.$Properties
             * @deprecated Use backproof.v1.RepositorySeen.$Properties instead.
             */

            /**
             * Shape of a RepositorySeen.
             * @typedef {backproof.v1.RepositorySeen.$Properties} backproof.v1.RepositorySeen.$Shape
             */

            /**
             * Constructs a new RepositorySeen.
             * @memberof backproof.v1
             * @classdesc Represents a RepositorySeen.
             * @constructor
             * @param {backproof.v1.RepositorySeen.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RepositorySeen = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RepositorySeen repository.
             * @member {string} repository
             * @memberof backproof.v1.RepositorySeen
             * @instance
             */
            RepositorySeen.prototype.repository = "";

            /**
             * RepositorySeen borgId.
             * @member {string} borgId
             * @memberof backproof.v1.RepositorySeen
             * @instance
             */
            RepositorySeen.prototype.borgId = "";

            /**
             * RepositorySeen location.
             * @member {string} location
             * @memberof backproof.v1.RepositorySeen
             * @instance
             */
            RepositorySeen.prototype.location = "";

            /**
             * RepositorySeen encryption.
             * @member {string} encryption
             * @memberof backproof.v1.RepositorySeen
             * @instance
             */
            RepositorySeen.prototype.encryption = "";

            /**
             * RepositorySeen heldFor.
             * @member {string} heldFor
             * @memberof backproof.v1.RepositorySeen
             * @instance
             */
            RepositorySeen.prototype.heldFor = "";

            /**
             * Encodes the specified RepositorySeen message. Does not implicitly {@link backproof.v1.RepositorySeen.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RepositorySeen
             * @static
             * @param {backproof.v1.RepositorySeen.$Properties} message RepositorySeen message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RepositorySeen.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.repository != null && $Object.hasOwnProperty.call(message, "repository") && message.repository !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.repository);
                if (message.borgId != null && $Object.hasOwnProperty.call(message, "borgId") && message.borgId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.borgId);
                if (message.location != null && $Object.hasOwnProperty.call(message, "location") && message.location !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.location);
                if (message.encryption != null && $Object.hasOwnProperty.call(message, "encryption") && message.encryption !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.encryption);
                if (message.heldFor != null && $Object.hasOwnProperty.call(message, "heldFor") && message.heldFor !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.heldFor);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RepositorySeen message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RepositorySeen
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RepositorySeen & backproof.v1.RepositorySeen.$Shape} RepositorySeen
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RepositorySeen.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RepositorySeen();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.repository = value;
                            else
                                delete message.repository;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.borgId = value;
                            else
                                delete message.borgId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.location = value;
                            else
                                delete message.location;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.encryption = value;
                            else
                                delete message.encryption;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.heldFor = value;
                            else
                                delete message.heldFor;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RepositorySeen;
        })();

        v1.Gap = (function() {

            /**
             * Properties of a Gap.
             * @typedef {Object} backproof.v1.Gap.$Properties
             * @property {number|null} [fromSeq] Gap fromSeq
             * @property {number|null} [toSeq] Gap toSeq
             * @property {string|null} [reason] Gap reason
             * @property {number|null} [oldestAtMs] Gap oldestAtMs
             * @property {number|null} [newestAtMs] Gap newestAtMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Gap.
             * @memberof backproof.v1
             * @interface IGap
             * @augments backproof.v1.Gap.$Properties
             * @deprecated Use backproof.v1.Gap.$Properties instead.
             */

            /**
             * Shape of a Gap.
             * @typedef {backproof.v1.Gap.$Properties} backproof.v1.Gap.$Shape
             */

            /**
             * Constructs a new Gap.
             * @memberof backproof.v1
             * @classdesc Represents a Gap.
             * @constructor
             * @param {backproof.v1.Gap.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Gap = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Gap fromSeq.
             * @member {number} fromSeq
             * @memberof backproof.v1.Gap
             * @instance
             */
            Gap.prototype.fromSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Gap toSeq.
             * @member {number} toSeq
             * @memberof backproof.v1.Gap
             * @instance
             */
            Gap.prototype.toSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Gap reason.
             * @member {string} reason
             * @memberof backproof.v1.Gap
             * @instance
             */
            Gap.prototype.reason = "";

            /**
             * Gap oldestAtMs.
             * @member {number} oldestAtMs
             * @memberof backproof.v1.Gap
             * @instance
             */
            Gap.prototype.oldestAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Gap newestAtMs.
             * @member {number} newestAtMs
             * @memberof backproof.v1.Gap
             * @instance
             */
            Gap.prototype.newestAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified Gap message. Does not implicitly {@link backproof.v1.Gap.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Gap
             * @static
             * @param {backproof.v1.Gap.$Properties} message Gap message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Gap.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.fromSeq != null && $Object.hasOwnProperty.call(message, "fromSeq") && (typeof message.fromSeq === "object" ? message.fromSeq.low || message.fromSeq.high : message.fromSeq !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.fromSeq);
                if (message.toSeq != null && $Object.hasOwnProperty.call(message, "toSeq") && (typeof message.toSeq === "object" ? message.toSeq.low || message.toSeq.high : message.toSeq !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.toSeq);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.reason);
                if (message.oldestAtMs != null && $Object.hasOwnProperty.call(message, "oldestAtMs") && (typeof message.oldestAtMs === "object" ? message.oldestAtMs.low || message.oldestAtMs.high : message.oldestAtMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.oldestAtMs);
                if (message.newestAtMs != null && $Object.hasOwnProperty.call(message, "newestAtMs") && (typeof message.newestAtMs === "object" ? message.newestAtMs.low || message.newestAtMs.high : message.newestAtMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.newestAtMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Gap message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Gap
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Gap & backproof.v1.Gap.$Shape} Gap
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Gap.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Gap();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.fromSeq = value;
                            else
                                delete message.fromSeq;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.toSeq = value;
                            else
                                delete message.toSeq;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.oldestAtMs = value;
                            else
                                delete message.oldestAtMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.newestAtMs = value;
                            else
                                delete message.newestAtMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Gap;
        })();

        v1.RestoreOrder = (function() {

            /**
             * Properties of a RestoreOrder.
             * @typedef {Object} backproof.v1.RestoreOrder.$Properties
             * @property {string|null} [restoreId] RestoreOrder restoreId
             * @property {string|null} [job] RestoreOrder job
             * @property {string|null} [by] RestoreOrder by
             * @property {string|null} [login] RestoreOrder login
             * @property {string|null} [reason] RestoreOrder reason
             * @property {number|null} [atMs] RestoreOrder atMs
             * @property {Array.<string>|null} [archives] RestoreOrder archives
             * @property {number|null} [pointAtMs] RestoreOrder pointAtMs
             * @property {Array.<string>|null} [subjects] RestoreOrder subjects
             * @property {Array.<string>|null} [paths] RestoreOrder paths
             * @property {string|null} [destination] RestoreOrder destination
             * @property {boolean|null} [inPlace] RestoreOrder inPlace
             * @property {boolean|null} [overwrite] RestoreOrder overwrite
             * @property {string|null} [role] RestoreOrder role
             * @property {boolean|null} [noOwner] RestoreOrder noOwner
             * @property {boolean|null} [noPrivileges] RestoreOrder noPrivileges
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RestoreOrder.
             * @memberof backproof.v1
             * @interface IRestoreOrder
             * @augments backproof.v1.RestoreOrder.$Properties
             * @deprecated Use backproof.v1.RestoreOrder.$Properties instead.
             */

            /**
             * Shape of a RestoreOrder.
             * @typedef {backproof.v1.RestoreOrder.$Properties} backproof.v1.RestoreOrder.$Shape
             */

            /**
             * Constructs a new RestoreOrder.
             * @memberof backproof.v1
             * @classdesc Represents a RestoreOrder.
             * @constructor
             * @param {backproof.v1.RestoreOrder.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RestoreOrder = function (properties) {
                this.archives = [];
                this.subjects = [];
                this.paths = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RestoreOrder restoreId.
             * @member {string} restoreId
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.restoreId = "";

            /**
             * RestoreOrder job.
             * @member {string} job
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.job = "";

            /**
             * RestoreOrder by.
             * @member {string} by
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.by = "";

            /**
             * RestoreOrder login.
             * @member {string} login
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.login = "";

            /**
             * RestoreOrder reason.
             * @member {string} reason
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.reason = "";

            /**
             * RestoreOrder atMs.
             * @member {number} atMs
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RestoreOrder archives.
             * @member {Array.<string>} archives
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.archives = $util.emptyArray;

            /**
             * RestoreOrder pointAtMs.
             * @member {number} pointAtMs
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.pointAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RestoreOrder subjects.
             * @member {Array.<string>} subjects
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.subjects = $util.emptyArray;

            /**
             * RestoreOrder paths.
             * @member {Array.<string>} paths
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.paths = $util.emptyArray;

            /**
             * RestoreOrder destination.
             * @member {string} destination
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.destination = "";

            /**
             * RestoreOrder inPlace.
             * @member {boolean} inPlace
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.inPlace = false;

            /**
             * RestoreOrder overwrite.
             * @member {boolean} overwrite
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.overwrite = false;

            /**
             * RestoreOrder role.
             * @member {string} role
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.role = "";

            /**
             * RestoreOrder noOwner.
             * @member {boolean} noOwner
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.noOwner = false;

            /**
             * RestoreOrder noPrivileges.
             * @member {boolean} noPrivileges
             * @memberof backproof.v1.RestoreOrder
             * @instance
             */
            RestoreOrder.prototype.noPrivileges = false;

            /**
             * Encodes the specified RestoreOrder message. Does not implicitly {@link backproof.v1.RestoreOrder.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RestoreOrder
             * @static
             * @param {backproof.v1.RestoreOrder.$Properties} message RestoreOrder message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RestoreOrder.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.restoreId != null && $Object.hasOwnProperty.call(message, "restoreId") && message.restoreId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.restoreId);
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.job);
                if (message.by != null && $Object.hasOwnProperty.call(message, "by") && message.by !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.by);
                if (message.login != null && $Object.hasOwnProperty.call(message, "login") && message.login !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.login);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.reason);
                if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.atMs);
                if (message.archives != null && message.archives.length)
                    for (let i = 0; i < message.archives.length; ++i)
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.archives[i]);
                if (message.pointAtMs != null && $Object.hasOwnProperty.call(message, "pointAtMs") && (typeof message.pointAtMs === "object" ? message.pointAtMs.low || message.pointAtMs.high : message.pointAtMs !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).int64(message.pointAtMs);
                if (message.subjects != null && message.subjects.length)
                    for (let i = 0; i < message.subjects.length; ++i)
                        writer.uint32(/* id 9, wireType 2 =*/74).string(message.subjects[i]);
                if (message.paths != null && message.paths.length)
                    for (let i = 0; i < message.paths.length; ++i)
                        writer.uint32(/* id 10, wireType 2 =*/82).string(message.paths[i]);
                if (message.destination != null && $Object.hasOwnProperty.call(message, "destination") && message.destination !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.destination);
                if (message.inPlace != null && $Object.hasOwnProperty.call(message, "inPlace") && message.inPlace !== false)
                    writer.uint32(/* id 12, wireType 0 =*/96).bool(message.inPlace);
                if (message.overwrite != null && $Object.hasOwnProperty.call(message, "overwrite") && message.overwrite !== false)
                    writer.uint32(/* id 13, wireType 0 =*/104).bool(message.overwrite);
                if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                    writer.uint32(/* id 14, wireType 2 =*/114).string(message.role);
                if (message.noOwner != null && $Object.hasOwnProperty.call(message, "noOwner") && message.noOwner !== false)
                    writer.uint32(/* id 15, wireType 0 =*/120).bool(message.noOwner);
                if (message.noPrivileges != null && $Object.hasOwnProperty.call(message, "noPrivileges") && message.noPrivileges !== false)
                    writer.uint32(/* id 16, wireType 0 =*/128).bool(message.noPrivileges);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RestoreOrder message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RestoreOrder
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RestoreOrder & backproof.v1.RestoreOrder.$Shape} RestoreOrder
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RestoreOrder.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RestoreOrder();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.restoreId = value;
                            else
                                delete message.restoreId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.by = value;
                            else
                                delete message.by;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.login = value;
                            else
                                delete message.login;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.atMs = value;
                            else
                                delete message.atMs;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.archives && message.archives.length))
                                message.archives = [];
                            message.archives.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.pointAtMs = value;
                            else
                                delete message.pointAtMs;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.subjects && message.subjects.length))
                                message.subjects = [];
                            message.subjects.push(reader.stringVerify());
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.paths && message.paths.length))
                                message.paths = [];
                            message.paths.push(reader.stringVerify());
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.destination = value;
                            else
                                delete message.destination;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.inPlace = value;
                            else
                                delete message.inPlace;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.overwrite = value;
                            else
                                delete message.overwrite;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.role = value;
                            else
                                delete message.role;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.noOwner = value;
                            else
                                delete message.noOwner;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.noPrivileges = value;
                            else
                                delete message.noPrivileges;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RestoreOrder;
        })();

        /**
         * RestoreApproval enum.
         * @name backproof.v1.RestoreApproval
         * @enum {number}
         * @property {number} RESTORE_APPROVAL_UNSPECIFIED=0 RESTORE_APPROVAL_UNSPECIFIED value
         * @property {number} RESTORE_APPROVAL_NOT_NEEDED=1 RESTORE_APPROVAL_NOT_NEEDED value
         * @property {number} RESTORE_APPROVAL_SECOND_PERSON=2 RESTORE_APPROVAL_SECOND_PERSON value
         * @property {number} RESTORE_APPROVAL_BYPASSED=3 RESTORE_APPROVAL_BYPASSED value
         */
        v1.RestoreApproval = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "RESTORE_APPROVAL_UNSPECIFIED"] = 0;
            values[valuesById[1] = "RESTORE_APPROVAL_NOT_NEEDED"] = 1;
            values[valuesById[2] = "RESTORE_APPROVAL_SECOND_PERSON"] = 2;
            values[valuesById[3] = "RESTORE_APPROVAL_BYPASSED"] = 3;
            return values;
        })();

        /**
         * RestoreOutcome enum.
         * @name backproof.v1.RestoreOutcome
         * @enum {number}
         * @property {number} RESTORE_OUTCOME_UNSPECIFIED=0 RESTORE_OUTCOME_UNSPECIFIED value
         * @property {number} RESTORE_OUTCOME_SUCCEEDED=1 RESTORE_OUTCOME_SUCCEEDED value
         * @property {number} RESTORE_OUTCOME_WARNING=2 RESTORE_OUTCOME_WARNING value
         * @property {number} RESTORE_OUTCOME_FAILED=3 RESTORE_OUTCOME_FAILED value
         * @property {number} RESTORE_OUTCOME_CANCELLED=4 RESTORE_OUTCOME_CANCELLED value
         */
        v1.RestoreOutcome = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "RESTORE_OUTCOME_UNSPECIFIED"] = 0;
            values[valuesById[1] = "RESTORE_OUTCOME_SUCCEEDED"] = 1;
            values[valuesById[2] = "RESTORE_OUTCOME_WARNING"] = 2;
            values[valuesById[3] = "RESTORE_OUTCOME_FAILED"] = 3;
            values[valuesById[4] = "RESTORE_OUTCOME_CANCELLED"] = 4;
            return values;
        })();

        v1.RestoreRequested = (function() {

            /**
             * Properties of a RestoreRequested.
             * @typedef {Object} backproof.v1.RestoreRequested.$Properties
             * @property {backproof.v1.RestoreOrder.$Properties|null} [order] RestoreRequested order
             * @property {number|null} [requestedAtMs] RestoreRequested requestedAtMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RestoreRequested.
             * @memberof backproof.v1
             * @interface IRestoreRequested
             * @augments backproof.v1.RestoreRequested.$Properties
             * @deprecated Use backproof.v1.RestoreRequested.$Properties instead.
             */

            /**
             * Shape of a RestoreRequested.
             * @typedef {backproof.v1.RestoreRequested.$Properties} backproof.v1.RestoreRequested.$Shape
             */

            /**
             * Constructs a new RestoreRequested.
             * @memberof backproof.v1
             * @classdesc Represents a RestoreRequested.
             * @constructor
             * @param {backproof.v1.RestoreRequested.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RestoreRequested = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RestoreRequested order.
             * @member {backproof.v1.RestoreOrder.$Properties|null|undefined} order
             * @memberof backproof.v1.RestoreRequested
             * @instance
             */
            RestoreRequested.prototype.order = null;

            /**
             * RestoreRequested requestedAtMs.
             * @member {number} requestedAtMs
             * @memberof backproof.v1.RestoreRequested
             * @instance
             */
            RestoreRequested.prototype.requestedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified RestoreRequested message. Does not implicitly {@link backproof.v1.RestoreRequested.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RestoreRequested
             * @static
             * @param {backproof.v1.RestoreRequested.$Properties} message RestoreRequested message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RestoreRequested.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.order != null && $Object.hasOwnProperty.call(message, "order"))
                    $root.backproof.v1.RestoreOrder.encode(message.order, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.requestedAtMs != null && $Object.hasOwnProperty.call(message, "requestedAtMs") && (typeof message.requestedAtMs === "object" ? message.requestedAtMs.low || message.requestedAtMs.high : message.requestedAtMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.requestedAtMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RestoreRequested message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RestoreRequested
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RestoreRequested & backproof.v1.RestoreRequested.$Shape} RestoreRequested
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RestoreRequested.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RestoreRequested();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.order = $root.backproof.v1.RestoreOrder.decode(reader, reader.size(), $undefined, _depth + 1, message.order);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.requestedAtMs = value;
                            else
                                delete message.requestedAtMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RestoreRequested;
        })();

        v1.RestoreStarted = (function() {

            /**
             * Properties of a RestoreStarted.
             * @typedef {Object} backproof.v1.RestoreStarted.$Properties
             * @property {backproof.v1.RestoreOrder.$Properties|null} [order] RestoreStarted order
             * @property {number|null} [startedAtMs] RestoreStarted startedAtMs
             * @property {backproof.v1.RestoreApproval|null} [approval] RestoreStarted approval
             * @property {string|null} [approvedBy] RestoreStarted approvedBy
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RestoreStarted.
             * @memberof backproof.v1
             * @interface IRestoreStarted
             * @augments backproof.v1.RestoreStarted.$Properties
             * @deprecated Use backproof.v1.RestoreStarted.$Properties instead.
             */

            /**
             * Shape of a RestoreStarted.
             * @typedef {backproof.v1.RestoreStarted.$Properties} backproof.v1.RestoreStarted.$Shape
             */

            /**
             * Constructs a new RestoreStarted.
             * @memberof backproof.v1
             * @classdesc Represents a RestoreStarted.
             * @constructor
             * @param {backproof.v1.RestoreStarted.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RestoreStarted = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RestoreStarted order.
             * @member {backproof.v1.RestoreOrder.$Properties|null|undefined} order
             * @memberof backproof.v1.RestoreStarted
             * @instance
             */
            RestoreStarted.prototype.order = null;

            /**
             * RestoreStarted startedAtMs.
             * @member {number} startedAtMs
             * @memberof backproof.v1.RestoreStarted
             * @instance
             */
            RestoreStarted.prototype.startedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RestoreStarted approval.
             * @member {backproof.v1.RestoreApproval} approval
             * @memberof backproof.v1.RestoreStarted
             * @instance
             */
            RestoreStarted.prototype.approval = 0;

            /**
             * RestoreStarted approvedBy.
             * @member {string} approvedBy
             * @memberof backproof.v1.RestoreStarted
             * @instance
             */
            RestoreStarted.prototype.approvedBy = "";

            /**
             * Encodes the specified RestoreStarted message. Does not implicitly {@link backproof.v1.RestoreStarted.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RestoreStarted
             * @static
             * @param {backproof.v1.RestoreStarted.$Properties} message RestoreStarted message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RestoreStarted.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.order != null && $Object.hasOwnProperty.call(message, "order"))
                    $root.backproof.v1.RestoreOrder.encode(message.order, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.startedAtMs != null && $Object.hasOwnProperty.call(message, "startedAtMs") && (typeof message.startedAtMs === "object" ? message.startedAtMs.low || message.startedAtMs.high : message.startedAtMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.startedAtMs);
                if (message.approval != null && $Object.hasOwnProperty.call(message, "approval") && message.approval !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).int32(message.approval);
                if (message.approvedBy != null && $Object.hasOwnProperty.call(message, "approvedBy") && message.approvedBy !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.approvedBy);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RestoreStarted message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RestoreStarted
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RestoreStarted & backproof.v1.RestoreStarted.$Shape} RestoreStarted
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RestoreStarted.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RestoreStarted();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.order = $root.backproof.v1.RestoreOrder.decode(reader, reader.size(), $undefined, _depth + 1, message.order);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.startedAtMs = value;
                            else
                                delete message.startedAtMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.approval = value;
                            else
                                delete message.approval;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.approvedBy = value;
                            else
                                delete message.approvedBy;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RestoreStarted;
        })();

        v1.RestoreFinished = (function() {

            /**
             * Properties of a RestoreFinished.
             * @typedef {Object} backproof.v1.RestoreFinished.$Properties
             * @property {backproof.v1.RestoreOrder.$Properties|null} [order] RestoreFinished order
             * @property {number|null} [startedAtMs] RestoreFinished startedAtMs
             * @property {number|null} [finishedAtMs] RestoreFinished finishedAtMs
             * @property {number|null} [durationMs] RestoreFinished durationMs
             * @property {backproof.v1.RestoreApproval|null} [approval] RestoreFinished approval
             * @property {string|null} [approvedBy] RestoreFinished approvedBy
             * @property {backproof.v1.RestoreOutcome|null} [outcome] RestoreFinished outcome
             * @property {string|null} [result] RestoreFinished result
             * @property {number|null} [restoredBytes] RestoreFinished restoredBytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RestoreFinished.
             * @memberof backproof.v1
             * @interface IRestoreFinished
             * @augments backproof.v1.RestoreFinished.$Properties
             * @deprecated Use backproof.v1.RestoreFinished.$Properties instead.
             */

            /**
             * Shape of a RestoreFinished.
             * @typedef {backproof.v1.RestoreFinished.$Properties} backproof.v1.RestoreFinished.$Shape
             */

            /**
             * Constructs a new RestoreFinished.
             * @memberof backproof.v1
             * @classdesc Represents a RestoreFinished.
             * @constructor
             * @param {backproof.v1.RestoreFinished.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RestoreFinished = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RestoreFinished order.
             * @member {backproof.v1.RestoreOrder.$Properties|null|undefined} order
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.order = null;

            /**
             * RestoreFinished startedAtMs.
             * @member {number} startedAtMs
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.startedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RestoreFinished finishedAtMs.
             * @member {number} finishedAtMs
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.finishedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RestoreFinished durationMs.
             * @member {number} durationMs
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.durationMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RestoreFinished approval.
             * @member {backproof.v1.RestoreApproval} approval
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.approval = 0;

            /**
             * RestoreFinished approvedBy.
             * @member {string} approvedBy
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.approvedBy = "";

            /**
             * RestoreFinished outcome.
             * @member {backproof.v1.RestoreOutcome} outcome
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.outcome = 0;

            /**
             * RestoreFinished result.
             * @member {string} result
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.result = "";

            /**
             * RestoreFinished restoredBytes.
             * @member {number} restoredBytes
             * @memberof backproof.v1.RestoreFinished
             * @instance
             */
            RestoreFinished.prototype.restoredBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified RestoreFinished message. Does not implicitly {@link backproof.v1.RestoreFinished.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RestoreFinished
             * @static
             * @param {backproof.v1.RestoreFinished.$Properties} message RestoreFinished message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RestoreFinished.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.order != null && $Object.hasOwnProperty.call(message, "order"))
                    $root.backproof.v1.RestoreOrder.encode(message.order, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.startedAtMs != null && $Object.hasOwnProperty.call(message, "startedAtMs") && (typeof message.startedAtMs === "object" ? message.startedAtMs.low || message.startedAtMs.high : message.startedAtMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.startedAtMs);
                if (message.finishedAtMs != null && $Object.hasOwnProperty.call(message, "finishedAtMs") && (typeof message.finishedAtMs === "object" ? message.finishedAtMs.low || message.finishedAtMs.high : message.finishedAtMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.finishedAtMs);
                if (message.durationMs != null && $Object.hasOwnProperty.call(message, "durationMs") && (typeof message.durationMs === "object" ? message.durationMs.low || message.durationMs.high : message.durationMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.durationMs);
                if (message.approval != null && $Object.hasOwnProperty.call(message, "approval") && message.approval !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).int32(message.approval);
                if (message.approvedBy != null && $Object.hasOwnProperty.call(message, "approvedBy") && message.approvedBy !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.approvedBy);
                if (message.outcome != null && $Object.hasOwnProperty.call(message, "outcome") && message.outcome !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).int32(message.outcome);
                if (message.result != null && $Object.hasOwnProperty.call(message, "result") && message.result !== "")
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.result);
                if (message.restoredBytes != null && $Object.hasOwnProperty.call(message, "restoredBytes") && (typeof message.restoredBytes === "object" ? message.restoredBytes.low || message.restoredBytes.high : message.restoredBytes !== 0))
                    writer.uint32(/* id 9, wireType 0 =*/72).int64(message.restoredBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RestoreFinished message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RestoreFinished
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RestoreFinished & backproof.v1.RestoreFinished.$Shape} RestoreFinished
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RestoreFinished.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RestoreFinished();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.order = $root.backproof.v1.RestoreOrder.decode(reader, reader.size(), $undefined, _depth + 1, message.order);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.startedAtMs = value;
                            else
                                delete message.startedAtMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.finishedAtMs = value;
                            else
                                delete message.finishedAtMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.durationMs = value;
                            else
                                delete message.durationMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.approval = value;
                            else
                                delete message.approval;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.approvedBy = value;
                            else
                                delete message.approvedBy;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.outcome = value;
                            else
                                delete message.outcome;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.result = value;
                            else
                                delete message.result;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.restoredBytes = value;
                            else
                                delete message.restoredBytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RestoreFinished;
        })();

        v1.Heartbeat = (function() {

            /**
             * Properties of a Heartbeat.
             * @typedef {Object} backproof.v1.Heartbeat.$Properties
             * @property {number|null} [sentAtMs] Heartbeat sentAtMs
             * @property {number|null} [spoolRecords] Heartbeat spoolRecords
             * @property {number|null} [spoolBytes] Heartbeat spoolBytes
             * @property {string|null} [spoolError] Heartbeat spoolError
             * @property {Array.<string>|null} [runningJobs] Heartbeat runningJobs
             * @property {number|null} [certificateExpiresAtMs] Heartbeat certificateExpiresAtMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Heartbeat.
             * @memberof backproof.v1
             * @interface IHeartbeat
             * @augments backproof.v1.Heartbeat.$Properties
             * @deprecated Use backproof.v1.Heartbeat.$Properties instead.
             */

            /**
             * Shape of a Heartbeat.
             * @typedef {backproof.v1.Heartbeat.$Properties} backproof.v1.Heartbeat.$Shape
             */

            /**
             * Constructs a new Heartbeat.
             * @memberof backproof.v1
             * @classdesc Represents a Heartbeat.
             * @constructor
             * @param {backproof.v1.Heartbeat.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Heartbeat = function (properties) {
                this.runningJobs = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Heartbeat sentAtMs.
             * @member {number} sentAtMs
             * @memberof backproof.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.sentAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Heartbeat spoolRecords.
             * @member {number} spoolRecords
             * @memberof backproof.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.spoolRecords = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Heartbeat spoolBytes.
             * @member {number} spoolBytes
             * @memberof backproof.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.spoolBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Heartbeat spoolError.
             * @member {string} spoolError
             * @memberof backproof.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.spoolError = "";

            /**
             * Heartbeat runningJobs.
             * @member {Array.<string>} runningJobs
             * @memberof backproof.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.runningJobs = $util.emptyArray;

            /**
             * Heartbeat certificateExpiresAtMs.
             * @member {number} certificateExpiresAtMs
             * @memberof backproof.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.certificateExpiresAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link backproof.v1.Heartbeat.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Heartbeat
             * @static
             * @param {backproof.v1.Heartbeat.$Properties} message Heartbeat message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Heartbeat.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sentAtMs != null && $Object.hasOwnProperty.call(message, "sentAtMs") && (typeof message.sentAtMs === "object" ? message.sentAtMs.low || message.sentAtMs.high : message.sentAtMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.sentAtMs);
                if (message.spoolRecords != null && $Object.hasOwnProperty.call(message, "spoolRecords") && (typeof message.spoolRecords === "object" ? message.spoolRecords.low || message.spoolRecords.high : message.spoolRecords !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.spoolRecords);
                if (message.spoolBytes != null && $Object.hasOwnProperty.call(message, "spoolBytes") && (typeof message.spoolBytes === "object" ? message.spoolBytes.low || message.spoolBytes.high : message.spoolBytes !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.spoolBytes);
                if (message.spoolError != null && $Object.hasOwnProperty.call(message, "spoolError") && message.spoolError !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.spoolError);
                if (message.runningJobs != null && message.runningJobs.length)
                    for (let i = 0; i < message.runningJobs.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.runningJobs[i]);
                if (message.certificateExpiresAtMs != null && $Object.hasOwnProperty.call(message, "certificateExpiresAtMs") && (typeof message.certificateExpiresAtMs === "object" ? message.certificateExpiresAtMs.low || message.certificateExpiresAtMs.high : message.certificateExpiresAtMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.certificateExpiresAtMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Heartbeat
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Heartbeat & backproof.v1.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Heartbeat.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Heartbeat();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.sentAtMs = value;
                            else
                                delete message.sentAtMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.spoolRecords = value;
                            else
                                delete message.spoolRecords;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.spoolBytes = value;
                            else
                                delete message.spoolBytes;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.spoolError = value;
                            else
                                delete message.spoolError;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.runningJobs && message.runningJobs.length))
                                message.runningJobs = [];
                            message.runningJobs.push(reader.stringVerify());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.certificateExpiresAtMs = value;
                            else
                                delete message.certificateExpiresAtMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Heartbeat;
        })();

        v1.RunProgress = (function() {

            /**
             * Properties of a RunProgress.
             * @typedef {Object} backproof.v1.RunProgress.$Properties
             * @property {string|null} [job] RunProgress job
             * @property {string|null} [runId] RunProgress runId
             * @property {number|null} [atMs] RunProgress atMs
             * @property {number|null} [originalBytes] RunProgress originalBytes
             * @property {number|null} [deduplicatedBytes] RunProgress deduplicatedBytes
             * @property {number|null} [files] RunProgress files
             * @property {string|null} [current] RunProgress current
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RunProgress.
             * @memberof backproof.v1
             * @interface IRunProgress
             * @augments backproof.v1.RunProgress.$Properties
             * @deprecated Use backproof.v1.RunProgress.$Properties instead.
             */

            /**
             * Shape of a RunProgress.
             * @typedef {backproof.v1.RunProgress.$Properties} backproof.v1.RunProgress.$Shape
             */

            /**
             * Constructs a new RunProgress.
             * @memberof backproof.v1
             * @classdesc Represents a RunProgress.
             * @constructor
             * @param {backproof.v1.RunProgress.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RunProgress = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RunProgress job.
             * @member {string} job
             * @memberof backproof.v1.RunProgress
             * @instance
             */
            RunProgress.prototype.job = "";

            /**
             * RunProgress runId.
             * @member {string} runId
             * @memberof backproof.v1.RunProgress
             * @instance
             */
            RunProgress.prototype.runId = "";

            /**
             * RunProgress atMs.
             * @member {number} atMs
             * @memberof backproof.v1.RunProgress
             * @instance
             */
            RunProgress.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunProgress originalBytes.
             * @member {number} originalBytes
             * @memberof backproof.v1.RunProgress
             * @instance
             */
            RunProgress.prototype.originalBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunProgress deduplicatedBytes.
             * @member {number} deduplicatedBytes
             * @memberof backproof.v1.RunProgress
             * @instance
             */
            RunProgress.prototype.deduplicatedBytes = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunProgress files.
             * @member {number} files
             * @memberof backproof.v1.RunProgress
             * @instance
             */
            RunProgress.prototype.files = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * RunProgress current.
             * @member {string} current
             * @memberof backproof.v1.RunProgress
             * @instance
             */
            RunProgress.prototype.current = "";

            /**
             * Encodes the specified RunProgress message. Does not implicitly {@link backproof.v1.RunProgress.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RunProgress
             * @static
             * @param {backproof.v1.RunProgress.$Properties} message RunProgress message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RunProgress.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.runId != null && $Object.hasOwnProperty.call(message, "runId") && message.runId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.runId);
                if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.atMs);
                if (message.originalBytes != null && $Object.hasOwnProperty.call(message, "originalBytes") && (typeof message.originalBytes === "object" ? message.originalBytes.low || message.originalBytes.high : message.originalBytes !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.originalBytes);
                if (message.deduplicatedBytes != null && $Object.hasOwnProperty.call(message, "deduplicatedBytes") && (typeof message.deduplicatedBytes === "object" ? message.deduplicatedBytes.low || message.deduplicatedBytes.high : message.deduplicatedBytes !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.deduplicatedBytes);
                if (message.files != null && $Object.hasOwnProperty.call(message, "files") && (typeof message.files === "object" ? message.files.low || message.files.high : message.files !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.files);
                if (message.current != null && $Object.hasOwnProperty.call(message, "current") && message.current !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.current);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RunProgress message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RunProgress
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RunProgress & backproof.v1.RunProgress.$Shape} RunProgress
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RunProgress.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RunProgress();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.runId = value;
                            else
                                delete message.runId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.atMs = value;
                            else
                                delete message.atMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.originalBytes = value;
                            else
                                delete message.originalBytes;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.deduplicatedBytes = value;
                            else
                                delete message.deduplicatedBytes;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.files = value;
                            else
                                delete message.files;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.current = value;
                            else
                                delete message.current;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RunProgress;
        })();

        v1.RequestAnswered = (function() {

            /**
             * Properties of a RequestAnswered.
             * @typedef {Object} backproof.v1.RequestAnswered.$Properties
             * @property {string|null} [id] RequestAnswered id
             * @property {boolean|null} [accepted] RequestAnswered accepted
             * @property {string|null} [reason] RequestAnswered reason
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RequestAnswered.
             * @memberof backproof.v1
             * @interface IRequestAnswered
             * @augments backproof.v1.RequestAnswered.$Properties
             * @deprecated Use backproof.v1.RequestAnswered.$Properties instead.
             */

            /**
             * Shape of a RequestAnswered.
             * @typedef {backproof.v1.RequestAnswered.$Properties} backproof.v1.RequestAnswered.$Shape
             */

            /**
             * Constructs a new RequestAnswered.
             * @memberof backproof.v1
             * @classdesc Represents a RequestAnswered.
             * @constructor
             * @param {backproof.v1.RequestAnswered.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RequestAnswered = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RequestAnswered id.
             * @member {string} id
             * @memberof backproof.v1.RequestAnswered
             * @instance
             */
            RequestAnswered.prototype.id = "";

            /**
             * RequestAnswered accepted.
             * @member {boolean} accepted
             * @memberof backproof.v1.RequestAnswered
             * @instance
             */
            RequestAnswered.prototype.accepted = false;

            /**
             * RequestAnswered reason.
             * @member {string} reason
             * @memberof backproof.v1.RequestAnswered
             * @instance
             */
            RequestAnswered.prototype.reason = "";

            /**
             * Encodes the specified RequestAnswered message. Does not implicitly {@link backproof.v1.RequestAnswered.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RequestAnswered
             * @static
             * @param {backproof.v1.RequestAnswered.$Properties} message RequestAnswered message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RequestAnswered.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted") && message.accepted !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.accepted);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.reason);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RequestAnswered message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RequestAnswered
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RequestAnswered & backproof.v1.RequestAnswered.$Shape} RequestAnswered
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RequestAnswered.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RequestAnswered();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.accepted = value;
                            else
                                delete message.accepted;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RequestAnswered;
        })();

        v1.WalSample = (function() {

            /**
             * Properties of a WalSample.
             * @typedef {Object} backproof.v1.WalSample.$Properties
             * @property {string|null} [job] WalSample job
             * @property {number|null} [atMs] WalSample atMs
             * @property {string|null} [databaseProblem] WalSample databaseProblem
             * @property {string|null} [repositoryProblem] WalSample repositoryProblem
             * @property {string|null} [role] WalSample role
             * @property {string|null} [systemIdentifier] WalSample systemIdentifier
             * @property {string|null} [stanzaSystemIdentifier] WalSample stanzaSystemIdentifier
             * @property {number|null} [timeline] WalSample timeline
             * @property {number|null} [repositoryTimeline] WalSample repositoryTimeline
             * @property {number|null} [lsn] WalSample lsn
             * @property {number|null} [savedLsn] WalSample savedLsn
             * @property {number|null} [exposureMs] WalSample exposureMs
             * @property {boolean|null} [isArchiving] WalSample isArchiving
             * @property {number|null} [archiveTimeoutMs] WalSample archiveTimeoutMs
             * @property {string|null} [archiverProblem] WalSample archiverProblem
             * @property {string|null} [lost] WalSample lost
             * @property {Array.<string>|null} [holes] WalSample holes
             * @property {Array.<backproof.v1.WalWindow.$Properties>|null} [windows] WalSample windows
             * @property {Array.<number>|null} [backupsAtMs] WalSample backupsAtMs
             * @property {boolean|null} [isComplete] WalSample isComplete
             * @property {Array.<string>|null} [damaged] WalSample damaged
             * @property {number|null} [heartbeatAtMs] WalSample heartbeatAtMs
             * @property {string|null} [stray] WalSample stray
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a WalSample.
             * @memberof backproof.v1
             * @interface IWalSample
             * @augments backproof.v1.WalSample.$Properties
             * @deprecated Use backproof.v1.WalSample.$Properties instead.
             */

            /**
             * Shape of a WalSample.
             * @typedef {backproof.v1.WalSample.$Properties} backproof.v1.WalSample.$Shape
             */

            /**
             * Constructs a new WalSample.
             * @memberof backproof.v1
             * @classdesc Represents a WalSample.
             * @constructor
             * @param {backproof.v1.WalSample.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const WalSample = function (properties) {
                this.holes = [];
                this.windows = [];
                this.backupsAtMs = [];
                this.damaged = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * WalSample job.
             * @member {string} job
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.job = "";

            /**
             * WalSample atMs.
             * @member {number} atMs
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * WalSample databaseProblem.
             * @member {string} databaseProblem
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.databaseProblem = "";

            /**
             * WalSample repositoryProblem.
             * @member {string} repositoryProblem
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.repositoryProblem = "";

            /**
             * WalSample role.
             * @member {string} role
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.role = "";

            /**
             * WalSample systemIdentifier.
             * @member {string} systemIdentifier
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.systemIdentifier = "";

            /**
             * WalSample stanzaSystemIdentifier.
             * @member {string} stanzaSystemIdentifier
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.stanzaSystemIdentifier = "";

            /**
             * WalSample timeline.
             * @member {number} timeline
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.timeline = 0;

            /**
             * WalSample repositoryTimeline.
             * @member {number} repositoryTimeline
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.repositoryTimeline = 0;

            /**
             * WalSample lsn.
             * @member {number} lsn
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.lsn = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * WalSample savedLsn.
             * @member {number} savedLsn
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.savedLsn = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * WalSample exposureMs.
             * @member {number} exposureMs
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.exposureMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * WalSample isArchiving.
             * @member {boolean} isArchiving
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.isArchiving = false;

            /**
             * WalSample archiveTimeoutMs.
             * @member {number} archiveTimeoutMs
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.archiveTimeoutMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * WalSample archiverProblem.
             * @member {string} archiverProblem
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.archiverProblem = "";

            /**
             * WalSample lost.
             * @member {string} lost
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.lost = "";

            /**
             * WalSample holes.
             * @member {Array.<string>} holes
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.holes = $util.emptyArray;

            /**
             * WalSample windows.
             * @member {Array.<backproof.v1.WalWindow.$Properties>} windows
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.windows = $util.emptyArray;

            /**
             * WalSample backupsAtMs.
             * @member {Array.<number>} backupsAtMs
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.backupsAtMs = $util.emptyArray;

            /**
             * WalSample isComplete.
             * @member {boolean} isComplete
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.isComplete = false;

            /**
             * WalSample damaged.
             * @member {Array.<string>} damaged
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.damaged = $util.emptyArray;

            /**
             * WalSample heartbeatAtMs.
             * @member {number} heartbeatAtMs
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.heartbeatAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * WalSample stray.
             * @member {string} stray
             * @memberof backproof.v1.WalSample
             * @instance
             */
            WalSample.prototype.stray = "";

            /**
             * Encodes the specified WalSample message. Does not implicitly {@link backproof.v1.WalSample.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.WalSample
             * @static
             * @param {backproof.v1.WalSample.$Properties} message WalSample message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            WalSample.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.atMs);
                if (message.databaseProblem != null && $Object.hasOwnProperty.call(message, "databaseProblem") && message.databaseProblem !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.databaseProblem);
                if (message.repositoryProblem != null && $Object.hasOwnProperty.call(message, "repositoryProblem") && message.repositoryProblem !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.repositoryProblem);
                if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.role);
                if (message.systemIdentifier != null && $Object.hasOwnProperty.call(message, "systemIdentifier") && message.systemIdentifier !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.systemIdentifier);
                if (message.stanzaSystemIdentifier != null && $Object.hasOwnProperty.call(message, "stanzaSystemIdentifier") && message.stanzaSystemIdentifier !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.stanzaSystemIdentifier);
                if (message.timeline != null && $Object.hasOwnProperty.call(message, "timeline") && message.timeline !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.timeline);
                if (message.repositoryTimeline != null && $Object.hasOwnProperty.call(message, "repositoryTimeline") && message.repositoryTimeline !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.repositoryTimeline);
                if (message.lsn != null && $Object.hasOwnProperty.call(message, "lsn") && (typeof message.lsn === "object" ? message.lsn.low || message.lsn.high : message.lsn !== 0))
                    writer.uint32(/* id 10, wireType 0 =*/80).int64(message.lsn);
                if (message.savedLsn != null && $Object.hasOwnProperty.call(message, "savedLsn") && (typeof message.savedLsn === "object" ? message.savedLsn.low || message.savedLsn.high : message.savedLsn !== 0))
                    writer.uint32(/* id 11, wireType 0 =*/88).int64(message.savedLsn);
                if (message.exposureMs != null && $Object.hasOwnProperty.call(message, "exposureMs") && (typeof message.exposureMs === "object" ? message.exposureMs.low || message.exposureMs.high : message.exposureMs !== 0))
                    writer.uint32(/* id 12, wireType 0 =*/96).int64(message.exposureMs);
                if (message.isArchiving != null && $Object.hasOwnProperty.call(message, "isArchiving") && message.isArchiving !== false)
                    writer.uint32(/* id 13, wireType 0 =*/104).bool(message.isArchiving);
                if (message.archiveTimeoutMs != null && $Object.hasOwnProperty.call(message, "archiveTimeoutMs") && (typeof message.archiveTimeoutMs === "object" ? message.archiveTimeoutMs.low || message.archiveTimeoutMs.high : message.archiveTimeoutMs !== 0))
                    writer.uint32(/* id 14, wireType 0 =*/112).int64(message.archiveTimeoutMs);
                if (message.archiverProblem != null && $Object.hasOwnProperty.call(message, "archiverProblem") && message.archiverProblem !== "")
                    writer.uint32(/* id 15, wireType 2 =*/122).string(message.archiverProblem);
                if (message.lost != null && $Object.hasOwnProperty.call(message, "lost") && message.lost !== "")
                    writer.uint32(/* id 16, wireType 2 =*/130).string(message.lost);
                if (message.holes != null && message.holes.length)
                    for (let i = 0; i < message.holes.length; ++i)
                        writer.uint32(/* id 17, wireType 2 =*/138).string(message.holes[i]);
                if (message.windows != null && message.windows.length)
                    for (let i = 0; i < message.windows.length; ++i)
                        $root.backproof.v1.WalWindow.encode(message.windows[i], writer.uint32(/* id 18, wireType 2 =*/146).fork(), _depth + 1).ldelim();
                if (message.backupsAtMs != null && message.backupsAtMs.length)
                    writer.uint32(/* id 19, wireType 2 =*/154).int64s(message.backupsAtMs);
                if (message.isComplete != null && $Object.hasOwnProperty.call(message, "isComplete") && message.isComplete !== false)
                    writer.uint32(/* id 20, wireType 0 =*/160).bool(message.isComplete);
                if (message.damaged != null && message.damaged.length)
                    for (let i = 0; i < message.damaged.length; ++i)
                        writer.uint32(/* id 21, wireType 2 =*/170).string(message.damaged[i]);
                if (message.heartbeatAtMs != null && $Object.hasOwnProperty.call(message, "heartbeatAtMs") && (typeof message.heartbeatAtMs === "object" ? message.heartbeatAtMs.low || message.heartbeatAtMs.high : message.heartbeatAtMs !== 0))
                    writer.uint32(/* id 22, wireType 0 =*/176).int64(message.heartbeatAtMs);
                if (message.stray != null && $Object.hasOwnProperty.call(message, "stray") && message.stray !== "")
                    writer.uint32(/* id 23, wireType 2 =*/186).string(message.stray);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a WalSample message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.WalSample
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.WalSample & backproof.v1.WalSample.$Shape} WalSample
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            WalSample.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.WalSample();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.atMs = value;
                            else
                                delete message.atMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.databaseProblem = value;
                            else
                                delete message.databaseProblem;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.repositoryProblem = value;
                            else
                                delete message.repositoryProblem;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.role = value;
                            else
                                delete message.role;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.systemIdentifier = value;
                            else
                                delete message.systemIdentifier;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stanzaSystemIdentifier = value;
                            else
                                delete message.stanzaSystemIdentifier;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.timeline = value;
                            else
                                delete message.timeline;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.repositoryTimeline = value;
                            else
                                delete message.repositoryTimeline;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.lsn = value;
                            else
                                delete message.lsn;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.savedLsn = value;
                            else
                                delete message.savedLsn;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.exposureMs = value;
                            else
                                delete message.exposureMs;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isArchiving = value;
                            else
                                delete message.isArchiving;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.archiveTimeoutMs = value;
                            else
                                delete message.archiveTimeoutMs;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.archiverProblem = value;
                            else
                                delete message.archiverProblem;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.lost = value;
                            else
                                delete message.lost;
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            if (!(message.holes && message.holes.length))
                                message.holes = [];
                            message.holes.push(reader.stringVerify());
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            if (!(message.windows && message.windows.length))
                                message.windows = [];
                            message.windows.push($root.backproof.v1.WalWindow.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 19: {
                            if (wireType === 2) {
                                if (!(message.backupsAtMs && message.backupsAtMs.length))
                                    message.backupsAtMs = [];
                                reader.int64s(message.backupsAtMs);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.backupsAtMs && message.backupsAtMs.length))
                                message.backupsAtMs = [];
                            message.backupsAtMs.push(reader.int64());
                            continue;
                        }
                    case 20: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isComplete = value;
                            else
                                delete message.isComplete;
                            continue;
                        }
                    case 21: {
                            if (wireType !== 2)
                                break;
                            if (!(message.damaged && message.damaged.length))
                                message.damaged = [];
                            message.damaged.push(reader.stringVerify());
                            continue;
                        }
                    case 22: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.heartbeatAtMs = value;
                            else
                                delete message.heartbeatAtMs;
                            continue;
                        }
                    case 23: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stray = value;
                            else
                                delete message.stray;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return WalSample;
        })();

        v1.WalWindow = (function() {

            /**
             * Properties of a WalWindow.
             * @typedef {Object} backproof.v1.WalWindow.$Properties
             * @property {number|null} [fromMs] WalWindow fromMs
             * @property {number|null} [toMs] WalWindow toMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a WalWindow.
             * @memberof backproof.v1
             * @interface IWalWindow
             * @augments backproof.v1.WalWindow.$Properties
             * @deprecated Use backproof.v1.WalWindow.$Properties instead.
             */

            /**
             * Shape of a WalWindow.
             * @typedef {backproof.v1.WalWindow.$Properties} backproof.v1.WalWindow.$Shape
             */

            /**
             * Constructs a new WalWindow.
             * @memberof backproof.v1
             * @classdesc Represents a WalWindow.
             * @constructor
             * @param {backproof.v1.WalWindow.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const WalWindow = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * WalWindow fromMs.
             * @member {number} fromMs
             * @memberof backproof.v1.WalWindow
             * @instance
             */
            WalWindow.prototype.fromMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * WalWindow toMs.
             * @member {number} toMs
             * @memberof backproof.v1.WalWindow
             * @instance
             */
            WalWindow.prototype.toMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified WalWindow message. Does not implicitly {@link backproof.v1.WalWindow.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.WalWindow
             * @static
             * @param {backproof.v1.WalWindow.$Properties} message WalWindow message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            WalWindow.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.fromMs != null && $Object.hasOwnProperty.call(message, "fromMs") && (typeof message.fromMs === "object" ? message.fromMs.low || message.fromMs.high : message.fromMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.fromMs);
                if (message.toMs != null && $Object.hasOwnProperty.call(message, "toMs") && (typeof message.toMs === "object" ? message.toMs.low || message.toMs.high : message.toMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.toMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a WalWindow message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.WalWindow
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.WalWindow & backproof.v1.WalWindow.$Shape} WalWindow
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            WalWindow.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.WalWindow();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.fromMs = value;
                            else
                                delete message.fromMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.toMs = value;
                            else
                                delete message.toMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return WalWindow;
        })();

        v1.CertificateRequested = (function() {

            /**
             * Properties of a CertificateRequested.
             * @typedef {Object} backproof.v1.CertificateRequested.$Properties
             * @property {string|null} [csrPem] CertificateRequested csrPem
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CertificateRequested.
             * @memberof backproof.v1
             * @interface ICertificateRequested
             * @augments backproof.v1.CertificateRequested.$Properties
             * @deprecated Use backproof.v1.CertificateRequested.$Properties instead.
             */

            /**
             * Shape of a CertificateRequested.
             * @typedef {backproof.v1.CertificateRequested.$Properties} backproof.v1.CertificateRequested.$Shape
             */

            /**
             * Constructs a new CertificateRequested.
             * @memberof backproof.v1
             * @classdesc Represents a CertificateRequested.
             * @constructor
             * @param {backproof.v1.CertificateRequested.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CertificateRequested = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CertificateRequested csrPem.
             * @member {string} csrPem
             * @memberof backproof.v1.CertificateRequested
             * @instance
             */
            CertificateRequested.prototype.csrPem = "";

            /**
             * Encodes the specified CertificateRequested message. Does not implicitly {@link backproof.v1.CertificateRequested.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.CertificateRequested
             * @static
             * @param {backproof.v1.CertificateRequested.$Properties} message CertificateRequested message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CertificateRequested.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.csrPem != null && $Object.hasOwnProperty.call(message, "csrPem") && message.csrPem !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.csrPem);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CertificateRequested message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.CertificateRequested
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.CertificateRequested & backproof.v1.CertificateRequested.$Shape} CertificateRequested
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CertificateRequested.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.CertificateRequested();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.csrPem = value;
                            else
                                delete message.csrPem;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CertificateRequested;
        })();

        v1.ToAgent = (function() {

            /**
             * Properties of a ToAgent.
             * @typedef {Object} backproof.v1.ToAgent.$Properties
             * @property {backproof.v1.Welcome.$Properties|null} [welcome] ToAgent welcome
             * @property {backproof.v1.Ack.$Properties|null} [ack] ToAgent ack
             * @property {backproof.v1.Request.$Properties|null} [request] ToAgent request
             * @property {backproof.v1.Refused.$Properties|null} [refused] ToAgent refused
             * @property {backproof.v1.CertificateIssued.$Properties|null} [certificateIssued] ToAgent certificateIssued
             * @property {"welcome"|"ack"|"request"|"refused"|"certificateIssued"} [message] ToAgent message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ToAgent.
             * @memberof backproof.v1
             * @interface IToAgent
             * @augments backproof.v1.ToAgent.$Properties
             * @deprecated Use backproof.v1.ToAgent.$Properties instead.
             */

            /**
             * Narrowed shape of a ToAgent.
             * @typedef {{
             *   welcome?: backproof.v1.Welcome.$Shape|null;
             *   ack?: backproof.v1.Ack.$Shape|null;
             *   request?: backproof.v1.Request.$Shape|null;
             *   refused?: backproof.v1.Refused.$Shape|null;
             *   certificateIssued?: backproof.v1.CertificateIssued.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ message?: undefined; welcome?: null; ack?: null; request?: null; refused?: null; certificateIssued?: null }|{ message?: "welcome"; welcome: backproof.v1.Welcome.$Shape; ack?: null; request?: null; refused?: null; certificateIssued?: null }|{ message?: "ack"; welcome?: null; ack: backproof.v1.Ack.$Shape; request?: null; refused?: null; certificateIssued?: null }|{ message?: "request"; welcome?: null; ack?: null; request: backproof.v1.Request.$Shape; refused?: null; certificateIssued?: null }|{ message?: "refused"; welcome?: null; ack?: null; request?: null; refused: backproof.v1.Refused.$Shape; certificateIssued?: null }|{ message?: "certificateIssued"; welcome?: null; ack?: null; request?: null; refused?: null; certificateIssued: backproof.v1.CertificateIssued.$Shape })
             * )} backproof.v1.ToAgent.$Shape
             */

            /**
             * Constructs a new ToAgent.
             * @memberof backproof.v1
             * @classdesc Represents a ToAgent.
             * @constructor
             * @param {backproof.v1.ToAgent.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ToAgent = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ToAgent welcome.
             * @member {backproof.v1.Welcome.$Properties|null|undefined} welcome
             * @memberof backproof.v1.ToAgent
             * @instance
             */
            ToAgent.prototype.welcome = null;

            /**
             * ToAgent ack.
             * @member {backproof.v1.Ack.$Properties|null|undefined} ack
             * @memberof backproof.v1.ToAgent
             * @instance
             */
            ToAgent.prototype.ack = null;

            /**
             * ToAgent request.
             * @member {backproof.v1.Request.$Properties|null|undefined} request
             * @memberof backproof.v1.ToAgent
             * @instance
             */
            ToAgent.prototype.request = null;

            /**
             * ToAgent refused.
             * @member {backproof.v1.Refused.$Properties|null|undefined} refused
             * @memberof backproof.v1.ToAgent
             * @instance
             */
            ToAgent.prototype.refused = null;

            /**
             * ToAgent certificateIssued.
             * @member {backproof.v1.CertificateIssued.$Properties|null|undefined} certificateIssued
             * @memberof backproof.v1.ToAgent
             * @instance
             */
            ToAgent.prototype.certificateIssued = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * ToAgent message.
             * @member {"welcome"|"ack"|"request"|"refused"|"certificateIssued"|undefined} message
             * @memberof backproof.v1.ToAgent
             * @instance
             */
            $Object.defineProperty(ToAgent.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["welcome", "ack", "request", "refused", "certificateIssued"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ToAgent message. Does not implicitly {@link backproof.v1.ToAgent.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.ToAgent
             * @static
             * @param {backproof.v1.ToAgent.$Properties} message ToAgent message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ToAgent.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                    $root.backproof.v1.Welcome.encode(message.welcome, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.ack != null && $Object.hasOwnProperty.call(message, "ack"))
                    $root.backproof.v1.Ack.encode(message.ack, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    $root.backproof.v1.Request.encode(message.request, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.refused != null && $Object.hasOwnProperty.call(message, "refused"))
                    $root.backproof.v1.Refused.encode(message.refused, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.certificateIssued != null && $Object.hasOwnProperty.call(message, "certificateIssued"))
                    $root.backproof.v1.CertificateIssued.encode(message.certificateIssued, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ToAgent message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.ToAgent
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.ToAgent & backproof.v1.ToAgent.$Shape} ToAgent
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ToAgent.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.ToAgent();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.welcome = $root.backproof.v1.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                            message.message = "welcome";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.ack = $root.backproof.v1.Ack.decode(reader, reader.size(), $undefined, _depth + 1, message.ack);
                            message.message = "ack";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.request = $root.backproof.v1.Request.decode(reader, reader.size(), $undefined, _depth + 1, message.request);
                            message.message = "request";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.refused = $root.backproof.v1.Refused.decode(reader, reader.size(), $undefined, _depth + 1, message.refused);
                            message.message = "refused";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.certificateIssued = $root.backproof.v1.CertificateIssued.decode(reader, reader.size(), $undefined, _depth + 1, message.certificateIssued);
                            message.message = "certificateIssued";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ToAgent;
        })();

        v1.Welcome = (function() {

            /**
             * Properties of a Welcome.
             * @typedef {Object} backproof.v1.Welcome.$Properties
             * @property {number|null} [epoch] Welcome epoch
             * @property {number|null} [committedSeq] Welcome committedSeq
             * @property {Uint8Array|null} [committedChain] Welcome committedChain
             * @property {number|null} [credit] Welcome credit
             * @property {number|null} [heartbeatMs] Welcome heartbeatMs
             * @property {number|null} [serverTimeMs] Welcome serverTimeMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Welcome.
             * @memberof backproof.v1
             * @interface IWelcome
             * @augments backproof.v1.Welcome.$Properties
             * @deprecated Use backproof.v1.Welcome.$Properties instead.
             */

            /**
             * Shape of a Welcome.
             * @typedef {backproof.v1.Welcome.$Properties} backproof.v1.Welcome.$Shape
             */

            /**
             * Constructs a new Welcome.
             * @memberof backproof.v1
             * @classdesc Represents a Welcome.
             * @constructor
             * @param {backproof.v1.Welcome.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Welcome = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Welcome epoch.
             * @member {number} epoch
             * @memberof backproof.v1.Welcome
             * @instance
             */
            Welcome.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Welcome committedSeq.
             * @member {number} committedSeq
             * @memberof backproof.v1.Welcome
             * @instance
             */
            Welcome.prototype.committedSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Welcome committedChain.
             * @member {Uint8Array} committedChain
             * @memberof backproof.v1.Welcome
             * @instance
             */
            Welcome.prototype.committedChain = $util.newBuffer([]);

            /**
             * Welcome credit.
             * @member {number} credit
             * @memberof backproof.v1.Welcome
             * @instance
             */
            Welcome.prototype.credit = 0;

            /**
             * Welcome heartbeatMs.
             * @member {number} heartbeatMs
             * @memberof backproof.v1.Welcome
             * @instance
             */
            Welcome.prototype.heartbeatMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Welcome serverTimeMs.
             * @member {number} serverTimeMs
             * @memberof backproof.v1.Welcome
             * @instance
             */
            Welcome.prototype.serverTimeMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link backproof.v1.Welcome.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Welcome
             * @static
             * @param {backproof.v1.Welcome.$Properties} message Welcome message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Welcome.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.epoch);
                if (message.committedSeq != null && $Object.hasOwnProperty.call(message, "committedSeq") && (typeof message.committedSeq === "object" ? message.committedSeq.low || message.committedSeq.high : message.committedSeq !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.committedSeq);
                if (message.committedChain != null && $Object.hasOwnProperty.call(message, "committedChain") && message.committedChain.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.committedChain);
                if (message.credit != null && $Object.hasOwnProperty.call(message, "credit") && message.credit !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.credit);
                if (message.heartbeatMs != null && $Object.hasOwnProperty.call(message, "heartbeatMs") && (typeof message.heartbeatMs === "object" ? message.heartbeatMs.low || message.heartbeatMs.high : message.heartbeatMs !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.heartbeatMs);
                if (message.serverTimeMs != null && $Object.hasOwnProperty.call(message, "serverTimeMs") && (typeof message.serverTimeMs === "object" ? message.serverTimeMs.low || message.serverTimeMs.high : message.serverTimeMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.serverTimeMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Welcome
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Welcome & backproof.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Welcome.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Welcome();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.committedSeq = value;
                            else
                                delete message.committedSeq;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.committedChain = value;
                            else
                                delete message.committedChain;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.credit = value;
                            else
                                delete message.credit;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.heartbeatMs = value;
                            else
                                delete message.heartbeatMs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.serverTimeMs = value;
                            else
                                delete message.serverTimeMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Welcome;
        })();

        v1.Ack = (function() {

            /**
             * Properties of an Ack.
             * @typedef {Object} backproof.v1.Ack.$Properties
             * @property {number|null} [seq] Ack seq
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Ack.
             * @memberof backproof.v1
             * @interface IAck
             * @augments backproof.v1.Ack.$Properties
             * @deprecated Use backproof.v1.Ack.$Properties instead.
             */

            /**
             * Shape of an Ack.
             * @typedef {backproof.v1.Ack.$Properties} backproof.v1.Ack.$Shape
             */

            /**
             * Constructs a new Ack.
             * @memberof backproof.v1
             * @classdesc Represents an Ack.
             * @constructor
             * @param {backproof.v1.Ack.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Ack = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Ack seq.
             * @member {number} seq
             * @memberof backproof.v1.Ack
             * @instance
             */
            Ack.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Encodes the specified Ack message. Does not implicitly {@link backproof.v1.Ack.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Ack
             * @static
             * @param {backproof.v1.Ack.$Properties} message Ack message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Ack.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Ack message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Ack
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Ack & backproof.v1.Ack.$Shape} Ack
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Ack.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Ack();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.seq = value;
                            else
                                delete message.seq;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Ack;
        })();

        v1.Request = (function() {

            /**
             * Properties of a Request.
             * @typedef {Object} backproof.v1.Request.$Properties
             * @property {string|null} [id] Request id
             * @property {backproof.v1.RunJob.$Properties|null} [runJob] Request runJob
             * @property {backproof.v1.RenewCertificate.$Properties|null} [renewCertificate] Request renewCertificate
             * @property {backproof.v1.RestoreDecided.$Properties|null} [restoreDecided] Request restoreDecided
             * @property {"runJob"|"renewCertificate"|"restoreDecided"} [ask] Request ask
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Request.
             * @memberof backproof.v1
             * @interface IRequest
             * @augments backproof.v1.Request.$Properties
             * @deprecated Use backproof.v1.Request.$Properties instead.
             */

            /**
             * Narrowed shape of a Request.
             * @typedef {{
             *   id?: string|null;
             *   runJob?: backproof.v1.RunJob.$Shape|null;
             *   renewCertificate?: backproof.v1.RenewCertificate.$Shape|null;
             *   restoreDecided?: backproof.v1.RestoreDecided.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ ask?: undefined; runJob?: null; renewCertificate?: null; restoreDecided?: null }|{ ask?: "runJob"; runJob: backproof.v1.RunJob.$Shape; renewCertificate?: null; restoreDecided?: null }|{ ask?: "renewCertificate"; runJob?: null; renewCertificate: backproof.v1.RenewCertificate.$Shape; restoreDecided?: null }|{ ask?: "restoreDecided"; runJob?: null; renewCertificate?: null; restoreDecided: backproof.v1.RestoreDecided.$Shape })
             * )} backproof.v1.Request.$Shape
             */

            /**
             * Constructs a new Request.
             * @memberof backproof.v1
             * @classdesc Represents a Request.
             * @constructor
             * @param {backproof.v1.Request.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Request = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Request id.
             * @member {string} id
             * @memberof backproof.v1.Request
             * @instance
             */
            Request.prototype.id = "";

            /**
             * Request runJob.
             * @member {backproof.v1.RunJob.$Properties|null|undefined} runJob
             * @memberof backproof.v1.Request
             * @instance
             */
            Request.prototype.runJob = null;

            /**
             * Request renewCertificate.
             * @member {backproof.v1.RenewCertificate.$Properties|null|undefined} renewCertificate
             * @memberof backproof.v1.Request
             * @instance
             */
            Request.prototype.renewCertificate = null;

            /**
             * Request restoreDecided.
             * @member {backproof.v1.RestoreDecided.$Properties|null|undefined} restoreDecided
             * @memberof backproof.v1.Request
             * @instance
             */
            Request.prototype.restoreDecided = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Request ask.
             * @member {"runJob"|"renewCertificate"|"restoreDecided"|undefined} ask
             * @memberof backproof.v1.Request
             * @instance
             */
            $Object.defineProperty(Request.prototype, "ask", {
                get: $util.oneOfGetter($oneOfFields = ["runJob", "renewCertificate", "restoreDecided"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Request message. Does not implicitly {@link backproof.v1.Request.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Request
             * @static
             * @param {backproof.v1.Request.$Properties} message Request message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Request.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.runJob != null && $Object.hasOwnProperty.call(message, "runJob"))
                    $root.backproof.v1.RunJob.encode(message.runJob, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.renewCertificate != null && $Object.hasOwnProperty.call(message, "renewCertificate"))
                    $root.backproof.v1.RenewCertificate.encode(message.renewCertificate, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.restoreDecided != null && $Object.hasOwnProperty.call(message, "restoreDecided"))
                    $root.backproof.v1.RestoreDecided.encode(message.restoreDecided, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Request message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Request
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Request & backproof.v1.Request.$Shape} Request
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Request.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Request();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.runJob = $root.backproof.v1.RunJob.decode(reader, reader.size(), $undefined, _depth + 1, message.runJob);
                            message.ask = "runJob";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.renewCertificate = $root.backproof.v1.RenewCertificate.decode(reader, reader.size(), $undefined, _depth + 1, message.renewCertificate);
                            message.ask = "renewCertificate";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.restoreDecided = $root.backproof.v1.RestoreDecided.decode(reader, reader.size(), $undefined, _depth + 1, message.restoreDecided);
                            message.ask = "restoreDecided";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Request;
        })();

        v1.RunJob = (function() {

            /**
             * Properties of a RunJob.
             * @typedef {Object} backproof.v1.RunJob.$Properties
             * @property {string|null} [job] RunJob job
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RunJob.
             * @memberof backproof.v1
             * @interface IRunJob
             * @augments backproof.v1.RunJob.$Properties
             * @deprecated Use backproof.v1.RunJob.$Properties instead.
             */

            /**
             * Shape of a RunJob.
             * @typedef {backproof.v1.RunJob.$Properties} backproof.v1.RunJob.$Shape
             */

            /**
             * Constructs a new RunJob.
             * @memberof backproof.v1
             * @classdesc Represents a RunJob.
             * @constructor
             * @param {backproof.v1.RunJob.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RunJob = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RunJob job.
             * @member {string} job
             * @memberof backproof.v1.RunJob
             * @instance
             */
            RunJob.prototype.job = "";

            /**
             * Encodes the specified RunJob message. Does not implicitly {@link backproof.v1.RunJob.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RunJob
             * @static
             * @param {backproof.v1.RunJob.$Properties} message RunJob message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RunJob.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.job);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RunJob message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RunJob
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RunJob & backproof.v1.RunJob.$Shape} RunJob
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RunJob.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RunJob();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RunJob;
        })();

        v1.RenewCertificate = (function() {

            /**
             * Properties of a RenewCertificate.
             * @typedef {Object} backproof.v1.RenewCertificate.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RenewCertificate.
             * @memberof backproof.v1
             * @interface IRenewCertificate
             * @augments backproof.v1.RenewCertificate.$Properties
             * @deprecated Use backproof.v1.RenewCertificate.$Properties instead.
             */

            /**
             * Shape of a RenewCertificate.
             * @typedef {backproof.v1.RenewCertificate.$Properties} backproof.v1.RenewCertificate.$Shape
             */

            /**
             * Constructs a new RenewCertificate.
             * @memberof backproof.v1
             * @classdesc Represents a RenewCertificate.
             * @constructor
             * @param {backproof.v1.RenewCertificate.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RenewCertificate = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified RenewCertificate message. Does not implicitly {@link backproof.v1.RenewCertificate.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RenewCertificate
             * @static
             * @param {backproof.v1.RenewCertificate.$Properties} message RenewCertificate message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RenewCertificate.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RenewCertificate message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RenewCertificate
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RenewCertificate & backproof.v1.RenewCertificate.$Shape} RenewCertificate
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RenewCertificate.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RenewCertificate();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RenewCertificate;
        })();

        v1.RestoreDecided = (function() {

            /**
             * Properties of a RestoreDecided.
             * @typedef {Object} backproof.v1.RestoreDecided.$Properties
             * @property {string|null} [restoreId] RestoreDecided restoreId
             * @property {string|null} [digest] RestoreDecided digest
             * @property {boolean|null} [approved] RestoreDecided approved
             * @property {string|null} [by] RestoreDecided by
             * @property {string|null} [note] RestoreDecided note
             * @property {number|null} [validMs] RestoreDecided validMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RestoreDecided.
             * @memberof backproof.v1
             * @interface IRestoreDecided
             * @augments backproof.v1.RestoreDecided.$Properties
             * @deprecated Use backproof.v1.RestoreDecided.$Properties instead.
             */

            /**
             * Shape of a RestoreDecided.
             * @typedef {backproof.v1.RestoreDecided.$Properties} backproof.v1.RestoreDecided.$Shape
             */

            /**
             * Constructs a new RestoreDecided.
             * @memberof backproof.v1
             * @classdesc Represents a RestoreDecided.
             * @constructor
             * @param {backproof.v1.RestoreDecided.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RestoreDecided = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RestoreDecided restoreId.
             * @member {string} restoreId
             * @memberof backproof.v1.RestoreDecided
             * @instance
             */
            RestoreDecided.prototype.restoreId = "";

            /**
             * RestoreDecided digest.
             * @member {string} digest
             * @memberof backproof.v1.RestoreDecided
             * @instance
             */
            RestoreDecided.prototype.digest = "";

            /**
             * RestoreDecided approved.
             * @member {boolean} approved
             * @memberof backproof.v1.RestoreDecided
             * @instance
             */
            RestoreDecided.prototype.approved = false;

            /**
             * RestoreDecided by.
             * @member {string} by
             * @memberof backproof.v1.RestoreDecided
             * @instance
             */
            RestoreDecided.prototype.by = "";

            /**
             * RestoreDecided note.
             * @member {string} note
             * @memberof backproof.v1.RestoreDecided
             * @instance
             */
            RestoreDecided.prototype.note = "";

            /**
             * RestoreDecided validMs.
             * @member {number} validMs
             * @memberof backproof.v1.RestoreDecided
             * @instance
             */
            RestoreDecided.prototype.validMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified RestoreDecided message. Does not implicitly {@link backproof.v1.RestoreDecided.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.RestoreDecided
             * @static
             * @param {backproof.v1.RestoreDecided.$Properties} message RestoreDecided message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RestoreDecided.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.restoreId != null && $Object.hasOwnProperty.call(message, "restoreId") && message.restoreId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.restoreId);
                if (message.digest != null && $Object.hasOwnProperty.call(message, "digest") && message.digest !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.digest);
                if (message.approved != null && $Object.hasOwnProperty.call(message, "approved") && message.approved !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.approved);
                if (message.by != null && $Object.hasOwnProperty.call(message, "by") && message.by !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.by);
                if (message.note != null && $Object.hasOwnProperty.call(message, "note") && message.note !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.note);
                if (message.validMs != null && $Object.hasOwnProperty.call(message, "validMs") && (typeof message.validMs === "object" ? message.validMs.low || message.validMs.high : message.validMs !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.validMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RestoreDecided message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.RestoreDecided
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.RestoreDecided & backproof.v1.RestoreDecided.$Shape} RestoreDecided
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RestoreDecided.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.RestoreDecided();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.restoreId = value;
                            else
                                delete message.restoreId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.digest = value;
                            else
                                delete message.digest;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.approved = value;
                            else
                                delete message.approved;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.by = value;
                            else
                                delete message.by;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.note = value;
                            else
                                delete message.note;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.validMs = value;
                            else
                                delete message.validMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RestoreDecided;
        })();

        /**
         * RefusedCode enum.
         * @name backproof.v1.RefusedCode
         * @enum {number}
         * @property {number} REFUSED_UNSPECIFIED=0 REFUSED_UNSPECIFIED value
         * @property {number} REFUSED_PROTOCOL=1 REFUSED_PROTOCOL value
         * @property {number} REFUSED_OVERLOADED=2 REFUSED_OVERLOADED value
         * @property {number} REFUSED_STORE_UNAVAILABLE=3 REFUSED_STORE_UNAVAILABLE value
         * @property {number} REFUSED_REVOKED=4 REFUSED_REVOKED value
         * @property {number} REFUSED_CLONED=5 REFUSED_CLONED value
         * @property {number} REFUSED_SUPERSEDED=6 REFUSED_SUPERSEDED value
         * @property {number} REFUSED_STOPPING=7 REFUSED_STOPPING value
         */
        v1.RefusedCode = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "REFUSED_UNSPECIFIED"] = 0;
            values[valuesById[1] = "REFUSED_PROTOCOL"] = 1;
            values[valuesById[2] = "REFUSED_OVERLOADED"] = 2;
            values[valuesById[3] = "REFUSED_STORE_UNAVAILABLE"] = 3;
            values[valuesById[4] = "REFUSED_REVOKED"] = 4;
            values[valuesById[5] = "REFUSED_CLONED"] = 5;
            values[valuesById[6] = "REFUSED_SUPERSEDED"] = 6;
            values[valuesById[7] = "REFUSED_STOPPING"] = 7;
            return values;
        })();

        v1.Refused = (function() {

            /**
             * Properties of a Refused.
             * @typedef {Object} backproof.v1.Refused.$Properties
             * @property {backproof.v1.RefusedCode|null} [code] Refused code
             * @property {string|null} [reason] Refused reason
             * @property {number|null} [retryAfterMs] Refused retryAfterMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Refused.
             * @memberof backproof.v1
             * @interface IRefused
             * @augments backproof.v1.Refused.$Properties
             * @deprecated Use backproof.v1.Refused.$Properties instead.
             */

            /**
             * Shape of a Refused.
             * @typedef {backproof.v1.Refused.$Properties} backproof.v1.Refused.$Shape
             */

            /**
             * Constructs a new Refused.
             * @memberof backproof.v1
             * @classdesc Represents a Refused.
             * @constructor
             * @param {backproof.v1.Refused.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Refused = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Refused code.
             * @member {backproof.v1.RefusedCode} code
             * @memberof backproof.v1.Refused
             * @instance
             */
            Refused.prototype.code = 0;

            /**
             * Refused reason.
             * @member {string} reason
             * @memberof backproof.v1.Refused
             * @instance
             */
            Refused.prototype.reason = "";

            /**
             * Refused retryAfterMs.
             * @member {number} retryAfterMs
             * @memberof backproof.v1.Refused
             * @instance
             */
            Refused.prototype.retryAfterMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Encodes the specified Refused message. Does not implicitly {@link backproof.v1.Refused.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.Refused
             * @static
             * @param {backproof.v1.Refused.$Properties} message Refused message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Refused.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.code);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.reason);
                if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs") && (typeof message.retryAfterMs === "object" ? message.retryAfterMs.low || message.retryAfterMs.high : message.retryAfterMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.retryAfterMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Refused message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.Refused
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.Refused & backproof.v1.Refused.$Shape} Refused
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Refused.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.Refused();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.retryAfterMs = value;
                            else
                                delete message.retryAfterMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Refused;
        })();

        v1.CertificateIssued = (function() {

            /**
             * Properties of a CertificateIssued.
             * @typedef {Object} backproof.v1.CertificateIssued.$Properties
             * @property {string|null} [certificatePem] CertificateIssued certificatePem
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CertificateIssued.
             * @memberof backproof.v1
             * @interface ICertificateIssued
             * @augments backproof.v1.CertificateIssued.$Properties
             * @deprecated Use backproof.v1.CertificateIssued.$Properties instead.
             */

            /**
             * Shape of a CertificateIssued.
             * @typedef {backproof.v1.CertificateIssued.$Properties} backproof.v1.CertificateIssued.$Shape
             */

            /**
             * Constructs a new CertificateIssued.
             * @memberof backproof.v1
             * @classdesc Represents a CertificateIssued.
             * @constructor
             * @param {backproof.v1.CertificateIssued.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CertificateIssued = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CertificateIssued certificatePem.
             * @member {string} certificatePem
             * @memberof backproof.v1.CertificateIssued
             * @instance
             */
            CertificateIssued.prototype.certificatePem = "";

            /**
             * Encodes the specified CertificateIssued message. Does not implicitly {@link backproof.v1.CertificateIssued.verify|verify} messages.
             * @function encode
             * @memberof backproof.v1.CertificateIssued
             * @static
             * @param {backproof.v1.CertificateIssued.$Properties} message CertificateIssued message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CertificateIssued.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.certificatePem != null && $Object.hasOwnProperty.call(message, "certificatePem") && message.certificatePem !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.certificatePem);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CertificateIssued message from the specified reader or buffer.
             * @function decode
             * @memberof backproof.v1.CertificateIssued
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {backproof.v1.CertificateIssued & backproof.v1.CertificateIssued.$Shape} CertificateIssued
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CertificateIssued.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.backproof.v1.CertificateIssued();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.certificatePem = value;
                            else
                                delete message.certificatePem;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CertificateIssued;
        })();

        return v1;
    })();

    return backproof;
})();

export {
  $root as default
};
