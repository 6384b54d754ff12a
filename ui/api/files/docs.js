"use strict";
// Shows the description of the interface, and lets it be tried. Nothing is fetched from elsewhere.
const begin = () =>
  SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#interface",
    deepLinking: true,
    tryItOutEnabled: true,
    // Else it would ask a web site whether the description is sound.
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
begin();
