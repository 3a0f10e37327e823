// The calls of test_flows.py with the types of openapi-typescript and openapi-fetch.
import createClient from "openapi-fetch";

import type { components, paths } from "../../../.clients/openapi-fetch";
import { main, present } from "./facts";

type NewConnection = components["schemas"]["NewConnection"];
type NewOverride = components["schemas"]["NewOverride"];

function basic(name: string, secretName: string): NewConnection {
  return {
    name,
    platformConnectionType: "COMPONENT_BASIC",
    authProvider: "NONE",
    authType: "GENERIC_SECRET",
    connectionDetails: { connectionProperties: { secretName } },
  };
}

main(async (apiUrl, token) => {
  const client = createClient<paths>({ baseUrl: apiUrl, headers: { Authorization: `Bearer ${token}` } });
  const facts: Record<string, unknown> = {};

  const refused = await client.POST("/v1/projects", { body: { name: " Analytics" } });
  if (refused.error?.type !== "/v1/problems/invalid-request") throw new Error(JSON.stringify(refused.error));
  facts.invalid = refused.error.errors.map((error) => [error.in, error.pointer, error.code]);

  const project = present((await client.POST("/v1/projects", { body: { name: "Analytics" } })).data);
  const path = { projectId: project.projectId };
  for (const body of [{ name: "PROD", protected: true, inheritDefaults: false }, { name: "TEST" }])
    await client.POST("/v1/projects/{projectId}/environments", { params: { path }, body });
  const warehouse: NewConnection = {
    name: "Warehouse",
    platformConnectionType: "DWH",
    authProvider: "snowflake",
    authType: "KEY_PAIR",
  };
  for (const body of [basic("Marketo", "dev-marketo"), basic("Salesforce", "dev-salesforce"), warehouse])
    await client.POST("/v1/projects/{projectId}/connections", { params: { path }, body });

  const connectionOverrides: components["schemas"]["SecretReference"] = {
    secretsLocation: { type: "AWS_SECRET_MANAGER", region: "us-east-1" },
    connectionProperties: { secretName: "prod-salesforce", secretKey: "apiKey" },
  };
  const create = (environmentName: string) => {
    const body: NewOverride = {
      authType: "GENERIC_SECRET",
      environmentName,
      connectionName: "Salesforce",
      connectionOverrides,
    };
    return client.POST("/v1/projects/{projectId}/connections/environment-overrides", { params: { path }, body });
  };
  const first = await create("PROD");
  for (const { error } of [await create("PROD"), await create("TEST")]) {
    const problem = present(error);
    switch (problem.type) {
      case "/v1/problems/override-already-exists":
        facts.again = problem.type;
        break;
      case "/v1/problems/shared-secret-reference":
        facts.shared = problem.dependents.map((one) => [one.kind, one.environmentName, one.connectionName]);
        break;
      default:
        throw new Error(problem.detail);
    }
  }

  const replace = () =>
    client.PUT("/v1/projects/{projectId}/connections/environment-overrides/{environmentName}/{connectionName}", {
      params: {
        path: { ...path, environmentName: "PROD", connectionName: "Salesforce" },
        header: { "If-Match": present(first.response.headers.get("ETag")) },
      },
      body: { authType: "GENERIC_SECRET", connectionOverrides },
    });
  const replaced = present((await replace()).data);
  const stale = await replace();
  facts.stale = [replaced.revision, stale.error?.type];

  const list = async (query: NonNullable<paths["/v1/projects/{projectId}/connections"]["get"]["parameters"]["query"]>) =>
    present((await client.GET("/v1/projects/{projectId}/connections", { params: { path, query } })).data);
  const page = await list({ limit: 2 });
  const rest = await list({ limit: 2, cursor: present(page.nextCursor) });
  const named = await list({ connectionNames: ["Warehouse", "Salesforce"] });
  facts.lists = [page, rest, named].map((part) => part.results.map((one) => one.name));

  const item = { params: { path: { ...path, connectionName: "Warehouse" } } };
  const connectionProperties: components["schemas"]["WarehouseProperties"] = {
    account: { value: "acme-dev" },
    privateKey: { secretName: "dev-warehouse", secretKey: "key" },
  };
  const url = "/v1/projects/{projectId}/connections/{connectionName}";
  await client.PUT(url, { ...item, body: { connectionDetails: { connectionProperties } } });
  const read = present((await client.GET(url, item)).data);
  const written = present((await client.PUT(url, { ...item, body: read })).data);
  facts.warehouse = [written.revision, written.connectionDetails?.connectionProperties];

  const effective = present(
    (
      await client.GET("/v1/projects/{projectId}/connections/effective/{environmentName}/{connectionName}", {
        params: { path: { ...path, environmentName: "PROD", connectionName: "Salesforce" }, query: { explain: true } },
      })
    ).data,
  );
  facts.effective = [effective.source, present(effective.trace).map((step) => [step.question, step.finding])];
  return facts;
});
