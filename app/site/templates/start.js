// Starts Swagger UI on this server's own document; nothing is fetched from elsewhere.
// In a demo each request is sent as the role that its example is written for, unless somebody has signed in.
const prefix = document.documentElement.dataset.demo;

function roleOf(request) {
  const paths = ui.specSelectors.specJson().toJS().paths;
  const path = new URL(request.url, location).pathname;
  for (const [template, item] of Object.entries(paths)) {
    const shape = new RegExp("^" + template.replace(/[.]/g, "\\.").replace(/{[^}]+}/g, "[^/]+") + "$");
    const operation = shape.test(path) && item[request.method.toLowerCase()];
    if (operation) return operation["x-demo-as"];
  }
}

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor(request) {
    if (prefix && !request.loadSpec && !request.headers.Authorization) {
      const role = roleOf(request);
      if (role) request.headers.Authorization = `Bearer ${prefix}_${role}`;
    }
    return request;
  },
});
