# The shop, released by Terraform.
variable "web_image_tag" {
  description = "The version of the web server"
  type        = string
  default     = "1.4"
}

variable "replicas" {
  description = "How many pods the web server has in each place"
  type        = map(number)
  default     = { staging = 1, prod = 3 }
}

resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "helm_release" "shop" {
  name      = "shop"
  chart     = "${path.module}/../../../shop"
  namespace = kubernetes_namespace.shop.metadata[0].name

  values = [
    yamlencode({
      web = {
        replicas = var.replicas["prod"]
        image    = { tag = var.web_image_tag }
      }
    }),
  ]

  set = [
    { name = "redis.image.tag", value = "7.4", type = "string" },
  ]
}
