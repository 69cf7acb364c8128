import type { SoapVersion } from "../protocol/contract.ts";

/** Namespace of the envelope in each version of SOAP. */
export const envelopeNamespaces: Readonly<Record<SoapVersion, string>> = {
  "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
  "1.2": "http://www.w3.org/2003/05/soap-envelope",
};

/** Namespace of the elements that describe a binding in a WSDL document. */
export const bindingNamespaces: Readonly<Record<SoapVersion, string>> = {
  "1.1": "http://schemas.xmlsoap.org/wsdl/soap/",
  "1.2": "http://schemas.xmlsoap.org/wsdl/soap12/",
};

/** The vocabulary of XML Schema documents. */
export const schemaNamespace = "http://www.w3.org/2001/XMLSchema";

/** The attributes that XML Schema puts into instance documents. */
export const instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance";

/** WS-Addressing 1.0 and its widespread predecessor. */
export const addressingNamespaces: ReadonlySet<string> = new Set([
  "http://www.w3.org/2005/08/addressing",
  "http://schemas.xmlsoap.org/ws/2004/08/addressing",
]);

/** WS-Security 1.0: the header and its tokens. */
export const securityNamespace = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";

/** WS-Security 1.0: time stamps and ids. */
export const securityUtilityNamespace =
  "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
