# The web chart beside this folder, released by Terraform.
variable "replicas" {
  description = "How many pods the web server has"
  type        = number
  default     = 1
}

resource "helm_release" "web" {
  name  = "web"
  chart = "${path.module}/../web"

  values = [
    yamlencode({
      replicaCount = var.replicas
    }),
  ]
}

resource "kubernetes_manifest" "banner" {
  manifest = {
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = { name = "banner", namespace = "default" }
    data       = { greeting = "hello" }
  }
}
