import type { Call, CallFault, CallReply } from "./call.ts";

/** The two versions of SOAP that the service is served in, each at its own path. */
export type SoapVersion = "1.1" | "1.2";

/** What came in the body of one HTTP request to a SOAP path. */
export interface SoapRequest {
  /** The version that is served at the path. */
  readonly soapVersion: SoapVersion;
  /** The `charset` of the Content-Type, when it has one. */
  readonly charset?: string | undefined;
  /** The SOAPAction header (1.1), or the `action` of the Content-Type (1.2), when there is one; quoted or not. */
  readonly action?: string | undefined;
  readonly body: Uint8Array;
}

/** A name and a password in clear, from a WS-Security UsernameToken or HTTP Basic: only ever sent over TLS. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A fault that SOAP itself has a code for, because the envelope and not the call is at fault. */
export type EnvelopeFault =
  | { readonly kind: "versionMismatch" }
  | { readonly kind: "mustUnderstand"; readonly namespace: string; readonly name: string };

/** What an envelope turned out to be. `soapVersion` is the version that the answer has to be written in. */
export type Decoded =
  | {
      readonly kind: "call";
      readonly soapVersion: SoapVersion;
      readonly call: Call;
      /** Present when the envelope carries a UsernameToken. */
      readonly credentials?: Credentials;
    }
  | {
      readonly kind: "refused";
      readonly soapVersion: SoapVersion;
      readonly fault: CallFault;
      /** Present when the fault is not the call's. */
      readonly envelope?: EnvelopeFault;
    };

/** The public contract, compiled: reads envelopes and writes replies and faults. It never throws for any bytes. */
export interface Contract {
  decode(request: SoapRequest): Decoded;
  /** The envelope of an answer, with the text for people that a refusal carries. */
  renderReply(soapVersion: SoapVersion, reply: CallReply): string;
  /** The envelope of a fault. */
  renderFault(soapVersion: SoapVersion, fault: CallFault, envelope?: EnvelopeFault): string;
  /** The WSDL document of one version, whose `soap:address` is the given URL. */
  wsdl(soapVersion: SoapVersion, serviceUrl: string): string;
}
