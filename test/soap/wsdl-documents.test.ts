import { expect } from "chai";
import { XmlDocument, type XmlElement } from "libxml2-wasm";
import { operations } from "../../protocol/operation.ts";
import { contract, namespace } from "./contract-under-test.ts";

const prefixes = { w: "http://schemas.xmlsoap.org/wsdl/", xs: "http://www.w3.org/2001/XMLSchema" };
const bindings = { "1.1": "http://schemas.xmlsoap.org/wsdl/soap/", "1.2": "http://schemas.xmlsoap.org/wsdl/soap12/" };

for (const soapVersion of ["1.1", "1.2"] as const) {
  describe(`soap: WSDL of SOAP ${soapVersion}`, () => {
    const text = contract.wsdl(soapVersion, 'https://box.example:8443/soap?a&b"');
    const document = XmlDocument.fromString(text);
    const names = { ...prefixes, b: bindings[soapVersion] };
    const attributes = (path: string, name: string) =>
      document.find(path, names).map((node) => (node as XmlElement).attr(name)?.value);

    it("shows the configured address, escaped", () => {
      expect(attributes("/w:definitions/w:service/w:port/b:address", "location")).to.deep.equal([
        'https://box.example:8443/soap?a&b"',
      ]);
    });

    it("has the schema inside and includes nothing", () => {
      expect(attributes("/w:definitions/w:types/xs:schema", "targetNamespace")).to.deep.equal([namespace]);
      expect(document.find("//xs:include | //xs:import | //w:import", names)).to.have.length(0);
      expect(document.find("/w:definitions/w:types/xs:schema/xs:element", names)).to.have.length(17);
    });

    it("binds every operation as document/literal with its own SOAPAction", () => {
      const all = [...operations, "getRequestOutcome"];
      expect(attributes("//w:portType/w:operation", "name")).to.deep.equal(all);
      expect(attributes("//w:binding/w:operation", "name")).to.deep.equal(all);
      expect(attributes("//w:binding/w:operation/b:operation", "soapAction")).to.deep.equal(
        all.map((name) => `${namespace}/${name}`),
      );
      expect(attributes("//w:binding/b:binding", "style")).to.deep.equal(["document"]);
      expect(new Set(attributes("//b:body | //b:fault", "use"))).to.deep.equal(new Set(["literal"]));
    });

    it("wraps the parameters of each message in one element", () => {
      const wrapped = attributes("//w:message[w:part/@name='parameters']", "name");
      const elements = attributes("//w:message/w:part[@name='parameters']", "element");
      expect(wrapped).to.have.length(16);
      expect(elements).to.deep.equal(wrapped.map((name) => `tns:${name}`));
    });

    it("says of every element and operation what it means", () => {
      const silent = document.find(
        "//xs:element[not(xs:annotation/xs:documentation)] | //w:portType/w:operation[not(w:documentation)]",
        names,
      );
      expect(silent.map((node) => (node as XmlElement).attr("name")?.value)).to.deep.equal([]);
    });

    it("keeps to what every toolkit reads", () => {
      expect(
        document.find("//xs:choice | //xs:any | //xs:attribute | //xs:enumeration | //xs:element[@nillable]", names),
      ).to.have.length(0);
    });
  });
}
